package dev.warren.localfs.linux;

/** How far an operation may go to find its file. */
enum Waiting {
  /** It may wait for whatever it needs. */
  ALLOWED(0),
  /**
   * It may not wait, on a file system in memory, where nothing does. What is mounted inside may be
   * of another kind, and is left to {@link #ALLOWED}.
   */
  IN_MEMORY(Flags.RESOLVE_NO_XDEV),
  /**
   * It may not wait, on a disk: it finds what the kernel has in its caches, and changes nothing.
   */
  CACHED(Flags.RESOLVE_NO_XDEV | Flags.RESOLVE_CACHED);

  private final long resolve;

  Waiting(long resolve) {
    this.resolve = resolve;
  }

  /** Bits for struct open_how. */
  long resolve() {
    return resolve;
  }
}
