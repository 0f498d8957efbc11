package dev.warren.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files. What a plugin opens, what a front end serves, and what the namespace makes of
 * many.
 *
 * <p>Mandatory are {@link #stat}, {@link #open}, {@link #openDirectory}, {@link #mkdir}, {@link
 * #unlink}, {@link #rmdir} and {@link #rename}; a read-only tree answers the last four with EROFS.
 * The rest has defaults that answer EOPNOTSUPP.
 *
 * <p>Paths are looked up name by name from the root. No operation follows a symbolic link, neither
 * the last name nor one on the way: a link on the way is ELOOP or ENOTDIR. A missing name is
 * ENOENT, a name below something that is no directory ENOTDIR; where permissions forbid it, EACCES
 * or EPERM; a change in a read-only file system is EROFS. These are not repeated below.
 *
 * <p>A path may begin at a file that was found ({@link #find}, {@link VfsPath#at}). A file system
 * that gives handles then takes the file itself, which may have been moved or have no name left;
 * one that takes or moves the name of such a file is ESTALE if the name stands for another by now.
 *
 * <p>Any number of threads may call any method at once. Every operation on names is atomic to all
 * others. An operation may wait, and its thread with it; a file system whose operations do not wait
 * says so with {@link #nonBlocking()}. One that waits for something other than input and output
 * ends with EINTR when its {@link Cancellation} is cancelled.
 */
public interface FileSystem extends AutoCloseable {
  /**
   * The attributes of the file itself, as lstat(2).
   *
   * @throws FsException see the type's comment
   */
  FileAttributes stat(VfsPath path) throws FsException;

  /**
   * {@link #stat(VfsPath)} into a buffer that is used again, for who asks often. The default copies
   * what that answers; a file system on a hot path fills the buffer itself.
   *
   * @param into holds the attributes afterwards; anything if an exception was thrown
   * @throws FsException as {@link #stat(VfsPath)}
   */
  default void stat(VfsPath path, AttributesBuffer into) throws FsException {
    into.set(stat(path));
  }

  /**
   * Finds a file, to go on with it: as {@link #stat(VfsPath, AttributesBuffer)}, and a handle on
   * the file, so that a {@link VfsPath} can begin at it. The default has no handles, and neither
   * has a file system where it has given too many; whoever asks goes on by name then.
   *
   * @param into holds the attributes afterwards; anything if an exception was thrown
   * @return the caller's to close; null if there is none to be had
   * @throws FsException as {@link #stat(VfsPath)}
   */
  default @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    stat(path, into);
    return null;
  }

  /**
   * Opens a regular file, as open(2) with O_NOFOLLOW.
   *
   * @param permissions of a file that is created, 0 to 07777; the caller has applied its umask
   * @throws FsException EISDIR for a directory, ELOOP for a symbolic link, ENXIO or EACCES for a
   *     device, FIFO or socket, EEXIST, EMFILE, ENOSPC
   */
  OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException;

  /**
   * Opens a directory for listing.
   *
   * @throws FsException ENOTDIR if the path is something else
   */
  OpenDirectory openDirectory(VfsPath path) throws FsException;

  /**
   * Creates a directory, as mkdir(2).
   *
   * @param permissions 0 to 07777; the caller has applied its umask
   * @throws FsException EEXIST if the name is there, whatever it is, ENOSPC, EMLINK
   */
  void mkdir(VfsPath path, int permissions) throws FsException;

  /**
   * Removes a name that is not a directory's, as unlink(2). Who has the file open goes on using it.
   *
   * @throws FsException EISDIR for a directory
   */
  void unlink(VfsPath path) throws FsException;

  /**
   * Removes an empty directory, as rmdir(2).
   *
   * @throws FsException ENOTEMPTY, ENOTDIR, EBUSY for the root or a mount point
   */
  void rmdir(VfsPath path) throws FsException;

  /**
   * Renames a file or directory, as renameat2(2). Two names of one file: nothing happens.
   *
   * @param replace whether an existing target is replaced (a file by a file, an empty directory by
   *     a directory) in one step; false is RENAME_NOREPLACE
   * @throws FsException EEXIST if the target is there and is not to be replaced, ENOTEMPTY, EISDIR,
   *     ENOTDIR, EINVAL into its own subtree, EXDEV to another file system, EBUSY for the root or a
   *     mount point
   */
  void rename(VfsPath from, VfsPath to, boolean replace) throws FsException;

  /**
   * Changes attributes of the file itself, as lchown(2), truncate(2), utimensat(2) and fchmodat(2)
   * with AT_SYMLINK_NOFOLLOW.
   *
   * @throws FsException EPERM, EINVAL for a negative size, EISDIR for the size of a directory,
   *     EOPNOTSUPP for the permissions of a symbolic link
   */
  default void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * The text of a symbolic link, as {@link FileNames#decode} makes it from its bytes.
   *
   * @throws FsException EINVAL if the file is no symbolic link
   */
  default String readlink(VfsPath path) throws FsException {
    throw new FsException(Errno.EINVAL, path);
  }

  /**
   * Creates a symbolic link. Its text is not looked at.
   *
   * @param target 1 to 4095 bytes, without NUL
   * @throws FsException EEXIST, EINVAL or ENOENT for an empty target, ENAMETOOLONG
   */
  default void symlink(String target, VfsPath link) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, link);
  }

  /**
   * Gives a file another name, as link(2): a symbolic link is itself the file.
   *
   * @throws FsException EEXIST, EPERM for a directory, EMLINK, EXDEV
   */
  default void link(VfsPath existing, VfsPath link) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, link);
  }

  /**
   * Creates a file that is neither directory nor link, as mknod(2).
   *
   * @param mode type and permission bits
   * @param deviceMajor for devices, else ignored
   * @param deviceMinor for devices, else ignored
   * @throws FsException EEXIST, EPERM for a device, EINVAL for a type that mknod does not make
   */
  default void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * Numbers about the file system that holds a path.
   *
   * @throws FsException see the type's comment
   */
  default FileSystemStats statfs(VfsPath path) throws FsException {
    stat(path);
    return FileSystemStats.EMPTY;
  }

  /**
   * The names of a file's extended attributes, with their name spaces ({@code user.x}).
   *
   * @throws FsException EOPNOTSUPP
   */
  default List<String> listXattrs(VfsPath path) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * An extended attribute's value.
   *
   * @throws FsException ENODATA if there is none of that name, EOPNOTSUPP
   */
  default byte[] getXattr(VfsPath path, String name) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * Sets an extended attribute.
   *
   * @param value at most 65,536 bytes
   * @throws FsException EEXIST, ENODATA as {@code mode} has it, E2BIG, ENOSPC, ERANGE, EOPNOTSUPP
   */
  default void setXattr(VfsPath path, String name, byte[] value, XattrMode mode)
      throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * Removes an extended attribute.
   *
   * @throws FsException ENODATA if there is none of that name, EOPNOTSUPP
   */
  default void removeXattr(VfsPath path, String name) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * This file system as a caller sees it. Views are cheap, need no closing and are valid as long as
   * the file system is open. The default gives everyone the same.
   */
  default FileSystem as(Caller caller) {
    return this;
  }

  /**
   * A view of this file system whose operations never wait: each completes at once or throws {@link
   * WouldBlockException} and has changed nothing. A file system that never waits returns itself;
   * null, the default, says that every operation may wait. The same object is returned each time.
   *
   * <p>Front ends call the view on their event loop first and the file system itself, on a thread
   * that may wait, when they must. What the view opens is a whole open file, whose own {@link
   * OpenFile#nonBlocking()} says what can be done with it at once.
   */
  default @Nullable FileSystem nonBlocking() {
    return null;
  }

  /**
   * Whether {@link #close} loses content that nothing else holds: the host then does not unmount it
   * by a mere change of its configuration. Cheap, and never waits.
   */
  default boolean losesContent() {
    return false;
  }

  /**
   * Whether other hosts change the same files. The host keeps byte-range locks in its own memory,
   * where no other host sees them, and so refuses them here (ENOLCK). The answer stays the same;
   * cheap, and never waits.
   */
  default boolean isShared() {
    return false;
  }

  /**
   * Ends the file system: aborts what is still open, stops what runs for it. A second call does
   * nothing. Later operations answer EIO or EBADF.
   */
  @Override
  void close() throws FsException;
}
