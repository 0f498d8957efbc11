package dev.warren.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A regular file that is open. It remains usable after its name is renamed or removed.
 *
 * <p>Any number of threads may call its methods concurrently. Of {@link #close()} and {@link
 * #abort(FsException)}, only the first call takes effect; after it, closing or aborting again does
 * nothing, and all other methods fail with EBADF. Either may be called while another thread blocks
 * in a read or write; that operation then ends, with an error if it would have continued to wait.
 */
public interface OpenFile extends AutoCloseable {
  /**
   * Reads from {@code offset} on, as pread(2), and advances the position of the buffer. The buffer
   * may be direct or not; it belongs to the caller, and is not used after the call returns.
   *
   * @param offset the distance from the start of the file, at least 0; an offset beyond the end
   *     reads nothing
   * @return the number of bytes read; fewer than remain in the buffer only at the end of the file,
   *     or if the content is produced as it is read; 0 only at the end, or if the buffer is full
   * @throws FsException EBADF if not open for reading, EINVAL for a negative offset, EIO
   */
  int read(ByteBuffer target, long offset) throws FsException;

  /**
   * Writes the remaining bytes of {@code source} at {@code offset}, as pwrite(2), and advances the
   * position of the buffer. Writing beyond the end of the file leaves a hole. With {@link
   * OpenOptions#append()}, the offset is ignored. Clears the set-uid bit, and the set-gid bit if
   * the group may execute the file.
   *
   * @param offset the distance from the start of the file, at least 0
   * @return the number of bytes written: all of them, or fewer if the file system became full
   * @throws FsException EBADF if not open for writing, EINVAL for a negative offset, EFBIG, ENOSPC,
   *     EDQUOT, EIO
   */
  int write(ByteBuffer source, long offset) throws FsException;

  /**
   * Returns the attributes of the open file, as fstat(2), even after it was unlinked.
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
   * Changes attributes of the open file, as fchmod(2), fchown(2), ftruncate(2), futimens(2). The
   * default cannot change any.
   *
   * @throws FsException as {@link FileSystem#setAttributes}; EINVAL for a size if not open for
   *     writing; EBADF
   */
  default void setAttributes(AttributeChanges changes) throws FsException {
    if (!changes.isEmpty()) {
      stat(); // fails with EBADF if the file is closed
      throw new FsException(Errno.EOPNOTSUPP);
    }
  }

  /**
   * Sets the size of the file, as ftruncate(2): bytes beyond a smaller size are discarded, and
   * bytes up to a larger size read as zeros.
   *
   * @throws FsException EBADF, EINVAL if negative or not open for writing, EFBIG, ENOSPC
   */
  default void truncate(long size) throws FsException {
    setAttributes(AttributeChanges.NONE.withSize(size));
  }

  /**
   * Returns once all written content is on stable storage, as fsync(2). Does nothing in a file
   * system that stores nothing.
   *
   * @param dataOnly leave out metadata that is not needed to read the content, as fdatasync(2)
   * @throws FsException EIO, ENOSPC, EDQUOT, EBADF
   */
  default void sync(boolean dataOnly) throws FsException {
    stat(); // fails with EBADF if the file is closed
  }

  /**
   * Copies bytes to another open file of any file system, as copy_file_range(2). Within one file
   * system, an implementation avoids moving the bytes through this process if it can. The default
   * reads and writes. It considers two objects to be the same file if they are the same object, or
   * if they have the same class and the same {@link FileAttributes#fileId()}, other than 0, and
   * creation time.
   *
   * @return the number of bytes copied; fewer than {@code count} only at the end of this file, or
   *     if the target's file system became full
   * @throws FsException as {@link #read} and {@link OpenFile#write}; EINVAL for overlapping ranges
   *     of one file
   */
  default long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    return Copies.copy(this, offset, count, target, targetOffset);
  }

  /**
   * Returns a non-blocking view of this open file: each {@link #read}, {@link #write} and {@link
   * #stat} completes immediately, or throws {@link WouldBlockException} and has changed nothing.
   * Null, the default, means that every call may block. Every call returns the same object. Closing
   * the view closes the file.
   */
  default @Nullable OpenFile nonBlocking() {
    return null;
  }

  /**
   * Whether {@link #close()} would not block either, in the file's current state. The default,
   * false, is the safe choice: closing a written file may commit it and start work that takes time,
   * and closing the last use of a removed file may have much to free. Called only on a {@link
   * #nonBlocking()} view, immediately before it is closed; if it returns true, closing the view is
   * equivalent to closing the file.
   */
  default boolean isCloseNonBlocking() {
    return false;
  }

  /**
   * Closes and commits the file: the client has finished. Errors that earlier writes did not report
   * are reported here; the file is closed in any case.
   *
   * @throws FsException EIO, ENOSPC, EDQUOT, and the errors of a file that acts when it is closed
   */
  @Override
  void close() throws FsException;

  /**
   * Closes the file because its client cannot finish: the connection was lost, the upload was
   * killed, or the host shuts down. Written content remains, as after the death of a process; the
   * action that a normal close starts (a job, a command) must not happen.
   *
   * @param cause the reason, for the log
   */
  default void abort(FsException cause) {
    try {
      close();
    } catch (FsException e) {
      cause.addSuppressed(e);
    }
  }
}
