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

  /** Takes entries one at a time, their names as the bytes that they are on Linux. */
  @FunctionalInterface
  interface BytesVisitor {
    /**
     * Offers an entry, as {@link Visitor#visit}. Its name is {@code length} bytes of a buffer that
     * is valid during the call, as {@link FileNames#encode} makes them.
     */
    boolean visit(byte[] buffer, int start, int length, FileType type, long fileId, long cookie);
  }

  /**
   * {@link #read} without attributes for who passes the names on as bytes. The default encodes what
   * that offers and leaves out names that are not the text of any bytes; a directory that has bytes
   * to begin with spares both ways.
   *
   * @throws FsException as {@link #read}
   */
  default void readNames(long cookie, BytesVisitor visitor) throws FsException {
    read(
        cookie,
        false,
        entry -> {
          byte[] name;
          try {
            name = FileNames.encode(entry.name());
          } catch (FsException e) {
            return true; // no request could name it either
          }
          return visitor.visit(name, 0, name.length, entry.type(), entry.fileId(), entry.cookie());
        });
  }

  /**
   * The attributes of the directory, also after it was removed.
   *
   * @throws FsException EBADF, EIO
   */
  FileAttributes stat() throws FsException;

  /**
   * {@link #stat()} into a buffer that is used again, as {@link FileSystem#stat(VfsPath,
   * AttributesBuffer)}.
   *
   * @throws FsException as {@link #stat()}
   */
  default void stat(AttributesBuffer into) throws FsException {
    into.set(stat());
  }

  /**
   * Changes attributes of the directory.
   *
   * @throws FsException as {@link FileSystem#setAttributes}; EBADF
   */
  default void setAttributes(AttributeChanges changes) throws FsException {
    if (!changes.isEmpty()) {
      stat(); // EBADF once it is closed
      throw new FsException(Errno.EOPNOTSUPP);
    }
  }

  /**
   * Returns once the entries are on stable storage: fsync(2) of a directory, after which a rename
   * or creation in it survives a crash.
   *
   * @throws FsException EIO, EBADF
   */
  default void sync() throws FsException {
    stat(); // EBADF once it is closed
  }

  /** A view that never waits, as {@link OpenFile#nonBlocking()}. */
  default @Nullable OpenDirectory nonBlocking() {
    return null;
  }

  /** Ends the listing. A second call does nothing. */
  @Override
  void close();
}
