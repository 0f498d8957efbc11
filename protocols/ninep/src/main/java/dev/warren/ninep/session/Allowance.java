package dev.warren.ninep.session;

import dev.warren.api.MemoryBudget.Account;
import dev.warren.api.MemoryBudget.Use;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a connection may use of the host's memory: its account, from which it takes in coarse steps
 * and keeps a little, so that a request that needs no more than the one before takes no lock. For
 * the event loop only.
 */
public final class Allowance implements AutoCloseable {
  private static final long STEP = 16 << 10;

  /** So much is kept for the next request. */
  private static final long KEPT = 2 * STEP;

  /** What one use has. */
  private static final class Part {
    /** What has been taken of the account. */
    private long held;

    /** What of it is needed. */
    private long used;
  }

  private final Account account;
  private final Map<Use, Part> parts = new EnumMap<>(Use.class);

  /**
   * A connection's allowance.
   *
   * @param account is closed with it
   */
  public Allowance(Account account) {
    this.account = account;
    for (Use use : Use.values()) {
      parts.put(use, new Part());
    }
  }

  private Part part(Use use) {
    Part part = parts.get(use);
    if (part == null) {
      throw new IllegalStateException(use.name());
    }
    return part;
  }

  /** The connection has attached: it is a stranger's no more, but this holder's. */
  public void admit(String holder) {
    account.admit("9P " + holder);
  }

  /** Takes bytes; false if there is no room, and then nothing has changed. */
  public boolean take(Use use, long bytes) {
    return reach(use, part(use).used + bytes);
  }

  /** Gives back what was {@linkplain #take taken}. */
  public void give(Use use, long bytes) {
    settle(use, part(use).used - bytes);
  }

  /**
   * Takes what a use lacks that needs so many bytes in all.
   *
   * @return false if there is no room, and then nothing has changed
   */
  public boolean reach(Use use, long total) {
    Part part = part(use);
    long more = total - part.held;
    if (more > 0) {
      long steps = (more + STEP - 1) / STEP * STEP;
      if (account.tryTake(use, steps)) {
        part.held += steps;
      } else {
        // The last of the memory is for those who hold little, and no more than they need.
        giveSpare(use);
        if (!account.tryTake(use, more)) {
          return false;
        }
        part.held += more;
      }
    }
    part.used = total;
    return true;
  }

  private void giveSpare(Use forUse) {
    for (Map.Entry<Use, Part> entry : parts.entrySet()) {
      Use use = entry.getKey();
      Part part = entry.getValue();
      long spare = part.held - part.used;
      if (use != forUse && use.area() == forUse.area() && spare > 0) {
        account.giveBack(use, spare);
        part.held -= spare;
      }
    }
  }

  /** As {@link #reach}; where there is no room, calls back from any thread when there may be. */
  public boolean reachOr(Use use, long total, Runnable whenRoom) {
    Part part = part(use);
    long more = total - part.held;
    if (more > 0) {
      if (!account.tryTakeOr(use, more, whenRoom)) {
        return false;
      }
      part.held += more;
    }
    part.used = total;
    return true;
  }

  /** Notes that a use needs no more than so many bytes in all for now. */
  public void settle(Use use, long total) {
    Part part = part(use);
    part.used = total;
    long spare = part.held - total;
    if (spare > KEPT) {
      account.giveBack(use, spare - STEP);
      part.held -= spare - STEP;
    }
  }

  /** Gives everything back; whatever is given back later has been already. */
  @Override
  public void close() {
    account.close();
  }
}
