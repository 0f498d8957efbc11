package dev.warren.ninep.session;

import dev.warren.api.MemoryBudget.Account;
import dev.warren.api.MemoryBudget.Use;

/**
 * What a connection may use of the host's memory: its account, from which it takes in coarse steps
 * and keeps a little, so that a request that needs no more than the one before takes no lock. For
 * the event loop only.
 */
public final class Allowance implements AutoCloseable {
  private static final long STEP = 16 << 10;

  /** So much is kept for the next request. */
  private static final long KEPT = 2 * STEP;

  private static final Use[] USES = Use.values();

  private final Account account;

  /** What has been taken of the account, by use. */
  private final long[] held = new long[USES.length];

  /** What of it is needed. */
  private final long[] used = new long[USES.length];

  /**
   * A connection's allowance.
   *
   * @param account is closed with it
   */
  public Allowance(Account account) {
    this.account = account;
  }

  /** The connection has attached: it is a stranger's no more. */
  public void admit() {
    account.admit();
  }

  /** Takes bytes; false if there is no room, and then nothing has changed. */
  public boolean take(Use use, long bytes) {
    return reach(use, used[use.ordinal()] + bytes);
  }

  /** Gives back what was {@linkplain #take taken}. */
  public void give(Use use, long bytes) {
    settle(use, used[use.ordinal()] - bytes);
  }

  /**
   * Takes what a use lacks that needs so many bytes in all.
   *
   * @return false if there is no room, and then nothing has changed
   */
  public boolean reach(Use use, long total) {
    int index = use.ordinal();
    long more = total - held[index];
    if (more > 0) {
      long steps = (more + STEP - 1) / STEP * STEP;
      if (account.tryTake(use, steps)) {
        held[index] += steps;
      } else {
        // The last of the memory is for those who hold little, and no more than they need.
        giveSpare(use);
        if (!account.tryTake(use, more)) {
          return false;
        }
        held[index] += more;
      }
    }
    used[index] = total;
    return true;
  }

  private void giveSpare(Use forUse) {
    for (Use use : USES) {
      int index = use.ordinal();
      long spare = held[index] - used[index];
      if (use != forUse && use.area() == forUse.area() && spare > 0) {
        account.giveBack(use, spare);
        held[index] -= spare;
      }
    }
  }

  /** As {@link #reach}; where there is no room, calls back from any thread when there may be. */
  public boolean reachOr(Use use, long total, Runnable whenRoom) {
    int index = use.ordinal();
    long more = total - held[index];
    if (more > 0) {
      if (!account.tryTakeOr(use, more, whenRoom)) {
        return false;
      }
      held[index] += more;
    }
    used[index] = total;
    return true;
  }

  /** Notes that a use needs no more than so many bytes in all for now. */
  public void settle(Use use, long total) {
    int index = use.ordinal();
    used[index] = total;
    long spare = held[index] - total;
    if (spare > KEPT) {
      account.giveBack(use, spare - STEP);
      held[index] -= spare - STEP;
    }
  }

  /** Gives everything back; whatever is given back later has been already. */
  @Override
  public void close() {
    account.close();
  }
}
