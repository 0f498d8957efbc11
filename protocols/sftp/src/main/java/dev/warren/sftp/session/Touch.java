package dev.warren.sftp.session;

/** What a request does to a file that it names. */
enum Touch {
  /**
   * Uses an open file, whatever becomes of its name. It holds back nobody but who uses the same
   * handle: what a read waits for may be somebody else's write.
   */
  USES,
  /** Looks up the name, and nothing changes. */
  FINDS,
  /** Changes content or attributes. */
  CHANGES,
  /** Makes the name come, go or move, and with it all names below. */
  NAMES;

  /** Whether a later request about the same file must not overtake this one. */
  boolean holdsBack(Touch later) {
    return switch (this) {
      case USES -> false;
      case FINDS -> later == CHANGES || later == NAMES;
      case CHANGES -> true;
      case NAMES -> later != USES;
    };
  }

  /** Whether it is also about the names below the file's, to a request that does the other. */
  boolean reachesBelow(Touch other) {
    return this == NAMES && other != USES;
  }
}
