package dev.warren.localfs.linux;

import dev.warren.api.WouldBlockException;

/** Whether an operation may block while it looks up its file. */
enum Waiting {
  /** The operation may block. */
  ALLOWED(0),
  /**
   * The operation may not block, and uses a file system in memory, where nothing blocks. File
   * systems that are mounted below may be of another kind, and require {@link #ALLOWED}.
   */
  IN_MEMORY(Flags.RESOLVE_NO_XDEV),
  /**
   * The operation may not block, and uses a disk: it finds files in the kernel's caches only, and
   * changes nothing.
   */
  CACHED(Flags.RESOLVE_NO_XDEV | Flags.RESOLVE_CACHED);

  /**
   * How much memory may be freed without blocking, in bytes: freeing takes 0.6 ms per MiB with
   * small pages, during which the event loop serves no client.
   */
  private static final long MOST_FREED = 16 << 20;

  private final long resolve;

  Waiting(long resolve) {
    this.resolve = resolve;
  }

  /**
   * Refuses to free much memory without blocking.
   *
   * @param freed the memory that is freed, in bytes
   * @throws WouldBlockException if that is too much
   */
  void requireQuick(long freed) throws WouldBlockException {
    if (this != ALLOWED && freed > MOST_FREED) {
      throw WouldBlockException.INSTANCE;
    }
  }

  /**
   * Refuses to change a file or name on a disk without blocking.
   *
   * @throws WouldBlockException on a disk
   */
  void requireMayChange() throws WouldBlockException {
    if (this == CACHED) {
      throw WouldBlockException.INSTANCE;
    }
  }

  /** Whether freeing this much memory is fast enough for an event loop. */
  static boolean isNonBlocking(long freed) {
    return freed <= MOST_FREED;
  }

  /** The resolve flags for struct open_how. */
  long resolve() {
    return resolve;
  }
}
