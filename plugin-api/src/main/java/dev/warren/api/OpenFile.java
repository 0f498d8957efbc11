package dev.warren.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A regular file that is open. It goes on working after its name is renamed or removed.
 *
 * <p>Any number of threads may call its methods at once. Exactly one of {@link #close()} and {@link
 * #abort(FsException)} takes effect, the first; every call after it is EBADF, but closing and
 * aborting again does nothing. Either may come while another thread waits in a read or write, which
 * then ends, with an error where it would have gone on waiting.
 */
public interface OpenFile extends AutoCloseable {
  /**
   * Reads into {@code target} from {@code offset} on, as pread(2), and moves the buffer's position.
   * The buffer, direct or not, is the caller's before and after.
   *
   * @param offset from the start of the file, at least 0; past the end is the end
   * @return how many bytes were read, fewer than remain in the buffer only at the end of the file
   *     or where the content is made as it is read; 0 only at the end or if the buffer is full
   * @throws FsException EBADF if not open for reading, EINVAL for a negative offset, EIO
   */
  int read(ByteBuffer target, long offset) throws FsException;

  /**
   * Writes what remains in {@code source} at {@code offset}, as pwrite(2), and moves the buffer's
   * position. Past the end of the file a hole is left. With {@link OpenOptions#append()} the offset
   * is ignored. Set-uid and set-gid bits (the latter if the group may execute) are cleared.
   *
   * @param offset from the start of the file, at least 0
   * @return how many bytes were written: all, or fewer where the space ended on the way
   * @throws FsException EBADF if not open for writing, EINVAL for a negative offset, EFBIG, ENOSPC,
   *     EDQUOT, EIO
   */
  int write(ByteBuffer source, long offset) throws FsException;

  /**
   * The attributes of the open file, as fstat(2), also after it was unlinked.
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
   * Changes attributes of the open file, as fchmod(2), fchown(2), ftruncate(2), futimens(2). The
   * default can change none.
   *
   * @throws FsException as {@link FileSystem#setAttributes}; EINVAL for a size if not open for
   *     writing; EBADF
   */
  default void setAttributes(AttributeChanges changes) throws FsException {
    if (!changes.isEmpty()) {
      stat(); // EBADF once it is closed
      throw new FsException(Errno.EOPNOTSUPP);
    }
  }

  /**
   * Sets the file's size, as ftruncate(2): what is cut off is gone, what is added reads as zeros.
   *
   * @throws FsException EBADF, EINVAL if negative or not open for writing, EFBIG, ENOSPC
   */
  default void truncate(long size) throws FsException {
    setAttributes(AttributeChanges.NONE.withSize(size));
  }

  /**
   * Returns once what was written is on stable storage, as fsync(2). Does nothing in a file system
   * that keeps nothing.
   *
   * @param dataOnly leave out what is not needed to read the data back, as fdatasync(2)
   * @throws FsException EIO, ENOSPC, EDQUOT, EBADF
   */
  default void sync(boolean dataOnly) throws FsException {
    stat(); // EBADF once it is closed
  }

  /**
   * Copies bytes to another open file of any file system, as copy_file_range(2): inside one file
   * system without moving them through this process where it can. The default reads and writes. It
   * takes for the same file what is the same object, or one of the same class with the same {@link
   * FileAttributes#fileId()}, if they have one.
   *
   * @return how many bytes were copied; fewer than {@code count} only at the end of this file or
   *     where the target's space ended
   * @throws FsException as {@link #read} and {@link OpenFile#write}; EINVAL for overlapping ranges
   *     of one file
   */
  default long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    return Copies.copy(this, offset, count, target, targetOffset);
  }

  /**
   * A view of the same open file whose {@link #read}, {@link #write} and {@link #stat} never wait:
   * each completes at once or throws {@link WouldBlockException} and has changed nothing. Null, the
   * default, says that every call may wait. The same object is returned each time. Closing the view
   * closes the file.
   */
  default @Nullable OpenFile nonBlocking() {
    return null;
  }

  /**
   * Whether {@link #close()} of this view would not wait either, as the file is now. The default is
   * the cautious answer: the close of a file that was written may commit it, and set off what takes
   * time, and the last close of one that was removed may have much to free. Only asked of a {@link
   * #nonBlocking()} view, right before the close; where it answers true, a close of the view is a
   * close of the file.
   */
  default boolean closesAtOnce() {
    return false;
  }

  /**
   * Ends the use of the file and commits it: the client was done. Errors that earlier writes did
   * not report come here; the file is closed all the same.
   *
   * @throws FsException EIO, ENOSPC, EDQUOT and what a file that acts at close has to say
   */
  @Override
  void close() throws FsException;

  /**
   * Ends the use of the file because its user is gone: a lost connection, a killed upload, the end
   * of the host. What was written stays, as after the death of a process; what a clean close sets
   * off (a job, a command) must not happen.
   *
   * @param cause why, for the log
   */
  default void abort(FsException cause) {
    try {
      close();
    } catch (FsException e) {
      cause.addSuppressed(e);
    }
  }
}
