package dev.warren.api;

/**
 * One area of a {@link MemoryBudget}: how much of it is taken, and who may take more. Guarded by
 * the budget's lock.
 */
final class MemoryPool {
  /** Accounts take in steps of this many bytes, so that small charges are cheap. */
  static final long STEP = 16 << 10;

  /** One part in this many is for holders of little. */
  private static final int RESERVED_PART = 4;

  /** And to hold little is to hold no more than one part in this many of what is free. */
  private static final int LITTLE_PART = 128;

  /** The same for a user, of whom there are few: enough for the sessions that somebody works in. */
  private static final int USERS_LITTLE_PART = 8;

  /** The last quarter of a user's share is for connections that hold no more than this part. */
  private static final int SMALL_PART = 64;

  /**
   * What a user's connection may have in any case while half of the reserve is left; after that it
   * is a step.
   */
  private static final long TINY = 64 << 10;

  /** Clients that have not logged in get one part in this many. */
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

  /** The most that one holder may ever have. */
  long mostOfOne() {
    return (limit - reserve()) / 2;
  }

  /** Whether a holder that then has so much may take so much more. */
  boolean fits(long held, long more) {
    long free = limit - used - more;
    return free >= 0 && held <= share(free, LITTLE_PART);
  }

  /**
   * Whether a user's connection may take so much more.
   *
   * @param mine what the connection then has
   * @param ours what all of the user's have
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

  /** The most that one holder may have where so much is free afterwards. */
  private long share(long free, int littlePart) {
    return Math.max(Math.max(STEP, free / littlePart), free - reserve());
  }
}
