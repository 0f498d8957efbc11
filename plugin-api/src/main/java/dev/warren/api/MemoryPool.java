package dev.warren.api;

/**
 * One area of a {@link MemoryBudget}: how much of it is used, and who may use more. Guarded by the
 * budget's lock.
 */
final class MemoryPool {
  /** Accounts charge the pool in steps of this many bytes, so that small charges are cheap. */
  static final long STEP = 16 << 10;

  /** The reserve for holders that have little is one part in this many. */
  private static final int RESERVED_PART = 4;

  /** A holder that has no more than one part in this many of the free memory holds little. */
  private static final int LITTLE_PART = 128;

  /**
   * The same for a user. There are few users, so their part is larger: enough for several
   * concurrent sessions.
   */
  private static final int USERS_LITTLE_PART = 8;

  /**
   * A connection that uses no more than its user's share divided by this number may use the last
   * quarter of that share.
   */
  private static final int SMALL_PART = 64;

  /**
   * How many bytes a user's connection may always have while at least half of the reserve is free;
   * below that it may have one step.
   */
  private static final long TINY = 64 << 10;

  /** Clients that have not logged in may have one part in this many, together. */
  private static final int STRANGERS_PART = 8;

  final long limit;
  long used;
  long strangers;

  MemoryPool(long limit) {
    this.limit = limit;
  }

  long reserve() {
    return limit / RESERVED_PART;
  }

  long strangersLimit() {
    return limit / STRANGERS_PART;
  }

  /** The most bytes that one holder can ever have. */
  long mostOfOne() {
    return (limit - reserve()) / 2;
  }

  /** Whether a holder may charge {@code more} bytes, after which it has {@code held}. */
  boolean fits(long held, long more) {
    long free = limit - used - more;
    return free >= 0 && held <= share(free, LITTLE_PART);
  }

  /**
   * Whether a user's connection may charge {@code more} bytes.
   *
   * @param mine what the connection has after the charge
   * @param ours what all of the user's connections have after it
   */
  boolean fitsUser(long mine, long ours, long more) {
    long free = limit - used - more;
    if (free < 0) {
      return false;
    }
    long share = share(free, USERS_LITTLE_PART);
    return ours <= (mine <= share / SMALL_PART ? share : share / 4 * 3)
        || mine <= (free >= reserve() / 2 ? TINY : STEP);
  }

  /** The most that one holder may have if {@code free} bytes are free after the charge. */
  private long share(long free, int littlePart) {
    return Math.max(Math.max(STEP, free / littlePart), free - reserve());
  }
}
