package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * A directory that is open for listing. It remains usable after the directory is renamed; after the
 * directory is removed, it has no entries. Any number of threads may use it; concurrent reads run
 * one after the other.
 */
public interface OpenDirectory extends AutoCloseable {
  /** The first of the cookies that no file system gives out; front ends and namespaces use them. */
  long RESERVED_COOKIES = 1L << 62;

  /** How many cookies, from {@link #RESERVED_COOKIES} on, are reserved. */
  int RESERVED_COOKIE_COUNT = 1 << 16;

  /** Receives entries one at a time. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Offers an entry.
     *
     * @return whether the entry was accepted; false ends the read, and the entry is offered again
     *     when the listing continues at the cookie of the entry before it
     */
    boolean visit(DirectoryEntry entry);
  }

  /**
   * Offers the entries after a position to a visitor, in a stable order, until there are no more or
   * the visitor refuses one. {@code .} and {@code ..} are left out.
   *
   * <p>An entry that exists during the whole listing is offered exactly once, even if other entries
   * are created or removed meanwhile; an entry that is created or removed during the listing may be
   * offered or not. Memory use does not depend on the size of the directory. Every cookie of this
   * open directory may be used again, in any order.
   *
   * @param cookie 0 for the start, or the {@link DirectoryEntry#cookie()} of the entry after which
   *     to continue: 1 to 2^63-1, unique in the directory, not one of the reserved ones
   * @param attributes whether the entries must include attributes
   * @throws FsException EBADF after close, EINVAL for a cookie that was never given out, EIO
   */
  void read(long cookie, boolean attributes, Visitor visitor) throws FsException;

  /** Receives entries one at a time, with their names as bytes. */
  @FunctionalInterface
  interface BytesVisitor {
    /**
     * Offers an entry, as {@link Visitor#visit}. Its name is the {@code length} bytes from {@code
     * start} in a buffer that is valid only during the call; they are the bytes that {@link
     * FileNames#encode} returns.
     */
    boolean visit(byte[] buffer, int start, int length, FileType type, long fileId, long cookie);
  }

  /**
   * Like {@link #read} without attributes, for callers that need names as bytes. The default
   * encodes the names that {@link #read} offers, and leaves out names that cannot be encoded; a
   * directory that stores names as bytes avoids decoding and encoding them.
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
            return true; // skipped, because no request could contain its name either
          }
          return visitor.visit(name, 0, name.length, entry.type(), entry.fileId(), entry.cookie());
        });
  }

  /**
   * Returns the attributes of the directory, even after it was removed.
   *
   * @throws FsException EBADF, EIO
   */
  FileAttributes stat() throws FsException;

  /**
   * Like {@link #stat()}, but fills a reusable buffer, as {@link FileSystem#stat(VfsPath,
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
      stat(); // fails with EBADF if the directory is closed
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
    stat(); // fails with EBADF if the directory is closed
  }

  /** Returns a non-blocking view, as {@link OpenFile#nonBlocking()}. */
  default @Nullable OpenDirectory nonBlocking() {
    return null;
  }

  /** Closes the directory. A second call does nothing. */
  @Override
  void close();
}
