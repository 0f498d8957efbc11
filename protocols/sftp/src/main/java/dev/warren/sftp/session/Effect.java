package dev.warren.sftp.session;

/** What a request does to a file that it names. */
enum Effect {
  /**
   * Uses an open file, even if its name changes. It only holds back requests with the same handle:
   * a blocked read may be waiting for another request's write.
   */
  USES,
  /** Looks up the name, without changing anything. */
  FINDS,
  /** Changes content or attributes. */
  CHANGES,
  /** Creates, removes or moves the name, and with it all names below. */
  NAMES;

  /** Whether a later request about the same file must not overtake this one. */
  boolean holdsBack(Effect later) {
    return switch (this) {
      case USES -> false;
      case FINDS -> later == CHANGES || later == NAMES;
      case CHANGES -> true;
      case NAMES -> later != USES;
    };
  }

  /** Whether it also affects the names below the file, for a request that does {@code other}. */
  boolean reachesBelow(Effect other) {
    return this == NAMES && other != USES;
  }
}
