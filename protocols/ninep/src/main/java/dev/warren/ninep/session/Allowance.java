package dev.warren.ninep.session;

import dev.warren.api.MemoryBudget.Account;
import dev.warren.api.MemoryBudget.Use;
import java.util.EnumMap;
import java.util.Map;

/**
 * A connection's share of the host's memory budget. It takes memory from its account in coarse
 * steps and keeps a small reserve, so that a request that needs no more memory than the one before
 * takes no lock. For the event loop only.
 */
public final class Allowance implements AutoCloseable {
  private static final long STEP = 16 << 10;

  /** The reserve kept for the next request, in bytes. */
  private static final long KEPT = 2 * STEP;

  /** The memory taken for one use. */
  private static final class Part {
    /** Bytes taken from the account. */
    private long held;

    /** Bytes of {@link #held} that are in use. */
    private long used;
  }

  private final Account account;
  private final Map<Use, Part> parts = new EnumMap<>(Use.class);

  /**
   * Creates a connection's allowance.
   *
   * @param account closed together with the allowance
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

  /**
   * Assigns the account to a holder: the connection has attached, and no longer counts as a
   * stranger's.
   */
  public void admit(String holder) {
    account.admit("9P " + holder);
  }

  /** Takes bytes. Returns false, and changes nothing, if the budget does not allow it. */
  public boolean take(Use use, long bytes) {
    return reach(use, part(use).used + bytes);
  }

  /** Returns bytes that were {@linkplain #take taken}. */
  public void give(Use use, long bytes) {
    settle(use, part(use).used - bytes);
  }

  /**
   * Takes as many bytes as a use lacks to hold {@code total} bytes.
   *
   * @return false, with nothing changed, if the budget does not allow it
   */
  public boolean reach(Use use, long total) {
    Part part = part(use);
    long more = total - part.held;
    if (more > 0) {
      long steps = (more + STEP - 1) / STEP * STEP;
      if (account.tryTake(use, steps)) {
        part.held += steps;
      } else {
        // Near the end of the budget only holders that have little memory get more, and exactly
        // what they need.
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

  /** As {@link #reach}. If the budget does not allow it, calls back, on any thread, when it may. */
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

  /** Records that a use needs no more than a total number of bytes for now. */
  public void settle(Use use, long total) {
    Part part = part(use);
    part.used = total;
    long spare = part.held - total;
    if (spare > KEPT) {
      account.giveBack(use, spare - STEP);
      part.held -= spare - STEP;
    }
  }

  /** Returns all memory to the account. Memory returned afterwards is not counted twice. */
  @Override
  public void close() {
    account.close();
  }
}
