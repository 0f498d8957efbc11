package dev.warren.api;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files: a plugin opens one, a front end serves one, and the namespace combines several
 * into one.
 *
 * <p>Mandatory operations are {@link #stat}, {@link #open}, {@link #openDirectory}, {@link #mkdir},
 * {@link #unlink}, {@link #rmdir} and {@link #rename}; a read-only tree fails the last four with
 * EROFS. All other operations have defaults, most of which fail with EOPNOTSUPP.
 *
 * <p>Paths are looked up name by name from the root. No operation follows symbolic links: a link
 * before the last name is ELOOP or ENOTDIR, and a link as the last name is itself the file. A
 * missing name is ENOENT, a name below a file that is not a directory ENOTDIR; where permissions
 * forbid an operation, EACCES or EPERM; a change in a read-only file system is EROFS. These errors
 * are not repeated below.
 *
 * <p>A path may start at a file that was looked up before ({@link #find}, {@link VfsPath#at}). A
 * file system that supports handles then operates on that file itself, which may have been moved or
 * may no longer have a name. An operation that removes or moves the name of such a file fails with
 * ESTALE if the name now refers to another file.
 *
 * <p>Any number of threads may call any method concurrently. Every operation on names is atomic
 * with respect to all others. An operation may block its thread; a file system whose operations do
 * not block provides a {@link #nonBlocking()} view. An operation that waits for anything other than
 * I/O fails with EINTR when its {@link Cancellation} is cancelled.
 */
public interface FileSystem extends AutoCloseable {
  /**
   * Returns the attributes of the file itself, as lstat(2).
   *
   * @throws FsException see the type's comment
   */
  FileAttributes stat(VfsPath path) throws FsException;

  /**
   * Like {@link #stat(VfsPath)}, but fills a reusable buffer, for callers that stat often. The
   * default copies the result of that method; a file system on a hot path fills the buffer
   * directly.
   *
   * @param into receives the attributes; its contents are undefined if an exception is thrown
   * @throws FsException as {@link #stat(VfsPath)}
   */
  default void stat(VfsPath path, AttributesBuffer into) throws FsException {
    into.set(stat(path));
  }

  /**
   * Looks a file up for further operations: returns its attributes, as {@link #stat(VfsPath,
   * AttributesBuffer)}, and a handle at which a {@link VfsPath} can start. The default has no
   * handles, and a file system may stop giving handles when it has given too many; callers then
   * continue by name.
   *
   * @param into receives the attributes; its contents are undefined if an exception is thrown
   * @return a handle, which the caller closes; null if none is available
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
   * @throws FsException ENOTDIR if the path is not a directory
   */
  OpenDirectory openDirectory(VfsPath path) throws FsException;

  /**
   * Creates a directory, as mkdir(2).
   *
   * @param permissions 0 to 07777; the caller has applied its umask
   * @throws FsException EEXIST if the name exists, whatever its type, ENOSPC, EMLINK
   */
  void mkdir(VfsPath path, int permissions) throws FsException;

  /**
   * Removes the name of a file that is not a directory, as unlink(2). Clients that have the file
   * open can continue to use it.
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
   * Renames a file or directory, as renameat2(2). Does nothing if both names refer to the same
   * file.
   *
   * @param replace whether an existing target is replaced atomically (a file by a file, an empty
   *     directory by a directory); false is RENAME_NOREPLACE
   * @throws FsException EEXIST if the target exists and must not be replaced, ENOTEMPTY, EISDIR,
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
   * Returns the target of a symbolic link, as decoded from its bytes by {@link FileNames#decode}.
   *
   * @throws FsException EINVAL if the file is not a symbolic link
   */
  default String readlink(VfsPath path) throws FsException {
    throw new FsException(Errno.EINVAL, path);
  }

  /**
   * Creates a symbolic link. The target is not resolved or checked.
   *
   * @param target 1 to 4095 bytes, without NUL
   * @throws FsException EEXIST, EINVAL or ENOENT for an empty target, ENAMETOOLONG
   */
  default void symlink(String target, VfsPath link) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, link);
  }

  /**
   * Creates or replaces a regular file as a whole: a reader on any host sees the old file, or none,
   * until it sees the new one, which is complete. A file that is replaced stays as it is for those
   * who have it open, as with rename(2). The new file is on stable storage when this returns.
   *
   * <p>The default fails with EOPNOTSUPP. The caller then writes a file with another name, syncs it
   * and renames it.
   *
   * @param content the buffer's remaining bytes, which are consumed; its size is limited by the
   *     memory of the caller
   * @param permissions of the new file, 0 to 07777
   * @throws FsException EISDIR for a directory, ENOSPC
   */
  default void replace(VfsPath path, ByteBuffer content, int permissions) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * Gives a file another name, as link(2). A symbolic link is not followed: the link itself gets
   * the name.
   *
   * @throws FsException EEXIST, EPERM for a directory, EMLINK, EXDEV
   */
  default void link(VfsPath existing, VfsPath link) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, link);
  }

  /**
   * Creates a file that is neither a directory nor a symbolic link, as mknod(2).
   *
   * @param mode type and permission bits
   * @param deviceMajor for devices, otherwise ignored
   * @param deviceMinor for devices, otherwise ignored
   * @throws FsException EEXIST, EPERM for a device, EINVAL for a type that mknod does not create
   */
  default void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * Returns statistics of the file system that contains a path.
   *
   * @throws FsException see the type's comment
   */
  default FileSystemStats statfs(VfsPath path) throws FsException {
    stat(path);
    return FileSystemStats.EMPTY;
  }

  /**
   * Returns the names of a file's extended attributes, including their name spaces ({@code
   * user.x}).
   *
   * @throws FsException EOPNOTSUPP
   */
  default List<String> listXattrs(VfsPath path) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * Returns the value of an extended attribute.
   *
   * @throws FsException ENODATA if there is no attribute of that name, EOPNOTSUPP
   */
  default byte[] getXattr(VfsPath path, String name) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * Sets an extended attribute.
   *
   * @param value at most 65,536 bytes
   * @throws FsException EEXIST, ENODATA as required by {@code mode}, E2BIG, ENOSPC, ERANGE,
   *     EOPNOTSUPP
   */
  default void setXattr(VfsPath path, String name, byte[] value, XattrMode mode)
      throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * Removes an extended attribute.
   *
   * @throws FsException ENODATA if there is no attribute of that name, EOPNOTSUPP
   */
  default void removeXattr(VfsPath path, String name) throws FsException {
    throw new FsException(Errno.EOPNOTSUPP, path);
  }

  /**
   * Returns this file system as a caller sees it. Views are cheap, need not be closed, and are
   * valid until the file system is closed. The default returns the same view to all callers.
   */
  default FileSystem as(Caller caller) {
    return this;
  }

  /**
   * Returns a non-blocking view of this file system: each operation completes immediately, or
   * throws {@link WouldBlockException} and has changed nothing. A file system that never blocks
   * returns itself; null, the default, means that every operation may block. Every call returns the
   * same object.
   *
   * <p>Front ends call the view on their event loop first. If it would block, they call the file
   * system itself on a thread that may block. A file that the view opens is an ordinary open file;
   * its own {@link OpenFile#nonBlocking()} view says which operations can be completed immediately.
   */
  default @Nullable FileSystem nonBlocking() {
    return null;
  }

  /**
   * Whether {@link #close} loses content that is stored nowhere else. If so, the host does not
   * unmount the file system merely because its configuration changed. Cheap and non-blocking.
   */
  default boolean losesContent() {
    return false;
  }

  /**
   * Returns whether other hosts change the same files. The host keeps byte-range locks in its own
   * memory, where no other host sees them, and so refuses locks on such a file system (ENOLCK). The
   * result never changes; non-blocking.
   */
  default boolean isShared() {
    return false;
  }

  /**
   * Returns the hosts that are known to share this file system, including this host, for the
   * administrator ({@code /sys/hosts}); empty, as by default, if it is not shared or does not know
   * them. May block: the host calls it on a thread of its own, and leaves out a file system that
   * does not respond in time.
   *
   * @throws FsException EIO if they cannot be found out
   */
  default List<SharingHost> hosts() throws FsException {
    return List.of();
  }

  /**
   * Closes the file system: aborts all open files and stops its background work. A second call does
   * nothing. Later operations fail with EIO or EBADF.
   */
  @Override
  void close() throws FsException;
}
