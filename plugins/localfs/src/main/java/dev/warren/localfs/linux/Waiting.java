package dev.warren.localfs.linux;

import dev.warren.api.WouldBlockException;

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

  /**
   * How much memory may be freed at once, in bytes: to free it takes 0.6 ms for each MiB where
   * pages are small, and nobody is served meanwhile.
   */
  private static final long MOST_FREED = 16 << 20;

  private final long resolve;

  Waiting(long resolve) {
    this.resolve = resolve;
  }

  /**
   * Leaves to who may wait what frees much memory.
   *
   * @param freed in bytes
   * @throws WouldBlockException if that is too much
   */
  void requireQuick(long freed) throws WouldBlockException {
    if (this != ALLOWED && freed > MOST_FREED) {
      throw WouldBlockException.INSTANCE;
    }
  }

  /**
   * Leaves it to who may wait to change something on a disk.
   *
   * @throws WouldBlockException on a disk
   */
  void requireMayChange() throws WouldBlockException {
    if (this == CACHED) {
      throw WouldBlockException.INSTANCE;
    }
  }

  /** Whether so much memory is freed without anybody noticing. */
  static boolean isQuick(long freed) {
    return freed <= MOST_FREED;
  }

  /** Bits for struct open_how. */
  long resolve() {
    return resolve;
  }
}
