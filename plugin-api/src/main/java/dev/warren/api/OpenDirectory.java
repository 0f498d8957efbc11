package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * A directory that is open for listing. It goes on working after the directory was renamed; after
 * it was removed it has no entries. Any number of threads may use it, one read at a time runs.
 */
public interface OpenDirectory extends AutoCloseable {
  /** Start of the cookies that no file system gives out; front ends and namespaces use them. */
  long RESERVED_COOKIES = 1L << 62;

  /** How many cookies from {@link #RESERVED_COOKIES} on are kept free. */
  int RESERVED_COOKIE_COUNT = 1 << 16;

  /** Takes entries one at a time. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Offers an entry.
     *
     * @return whether the entry was taken; false ends the read, and the entry comes again when the
     *     listing goes on from the cookie of the entry before it
     */
    boolean visit(DirectoryEntry entry);
  }

  /**
   * Offers the entries after a position to a visitor, in an order that stays the same, until there
   * are no more or the visitor declines. {@code .} and {@code ..} are left out.
   *
   * <p>An entry that exists during the whole listing is offered exactly once, whatever comes and
   * goes meanwhile; one that comes or goes may be offered or not. Memory used does not grow with
   * the directory. Any cookie of this open directory may be used again, in any order.
   *
   * @param cookie 0 for the start, or {@link DirectoryEntry#cookie()} of the entry to go on after:
   *     1 to 2^63-1, unique in the directory, not one of the reserved ones
   * @param attributes whether entries are to carry attributes
   * @throws FsException EBADF after close, EINVAL for a cookie that was never given, EIO
   */
  void read(long cookie, boolean attributes, Visitor visitor) throws FsException;

  /**
   * The attributes of the directory, also after it was removed.
   *
   * @throws FsException EBADF, EIO
   */
  FileAttributes stat() throws FsException;

  /**
   * Changes attributes of the directory.
   *
   * @throws FsException as {@link FileSystem#setAttributes}
   */
  default void setAttributes(AttributeChanges changes) throws FsException {
    if (!changes.isEmpty()) {
      throw new FsException(Errno.EOPNOTSUPP);
    }
  }

  /**
   * Returns once the entries are on stable storage: fsync(2) of a directory, after which a rename
   * or creation in it survives a crash.
   *
   * @throws FsException EIO, EBADF
   */
  default void sync() throws FsException {}

  /** A view that never waits, as {@link OpenFile#nonBlocking()}. */
  default @Nullable OpenDirectory nonBlocking() {
    return null;
  }

  /** Ends the listing. A second call does nothing. */
  @Override
  void close();
}
