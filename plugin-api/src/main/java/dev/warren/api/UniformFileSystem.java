package dev.warren.api;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file system whose operations all pass through two methods: {@link #call} for one path, {@link
 * #move} for two. When an operation is added to {@link FileSystem}, only this class needs it, not
 * each wrapper.
 *
 * <p>{@link FileSystem#stat(VfsPath, AttributesBuffer)} and {@link FileSystem#find} call {@link
 * #stat(VfsPath)}, so a wrapper that changes its result changes theirs as well. A wrapper on a hot
 * path overrides both: the first to avoid garbage, the second to pass handles on.
 */
public abstract class UniformFileSystem implements FileSystem {
  /** An operation on one path. */
  @FunctionalInterface
  protected interface Request<T extends @Nullable Object> {
    /** Performs it. */
    T on(FileSystem fileSystem, VfsPath path) throws FsException;
  }

  /** An operation on one path that has no result. */
  @FunctionalInterface
  protected interface Command {
    /** Performs it. */
    void on(FileSystem fileSystem, VfsPath path) throws FsException;
  }

  /** An operation on two paths. */
  @FunctionalInterface
  protected interface Move {
    /** Performs it. */
    void on(FileSystem fileSystem, VfsPath from, VfsPath to) throws FsException;
  }

  /** Performs an operation on one path. */
  protected abstract <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException;

  /**
   * Performs an operation on two paths.
   *
   * @param operation RENAME or LINK
   * @param from the path that already exists
   * @param to the path to create
   */
  protected abstract void move(Operation operation, VfsPath from, VfsPath to, Move move)
      throws FsException;

  private void command(Operation operation, VfsPath path, Command command) throws FsException {
    this.<@Nullable Void>call(
        operation,
        path,
        (fs, at) -> {
          command.on(fs, at);
          return null;
        });
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return call(Operation.STAT, path, FileSystem::stat);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    return call(Operation.OPEN, path, (fs, at) -> fs.open(at, options, permissions));
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return call(Operation.OPENDIR, path, FileSystem::openDirectory);
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    command(Operation.MKDIR, path, (fs, at) -> fs.mkdir(at, permissions));
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    command(Operation.UNLINK, path, FileSystem::unlink);
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    command(Operation.RMDIR, path, FileSystem::rmdir);
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    move(Operation.RENAME, from, to, (fs, old, made) -> fs.rename(old, made, replace));
  }

  @Override
  public void replace(VfsPath path, ByteBuffer content, int permissions) throws FsException {
    command(Operation.REPLACE, path, (fs, at) -> fs.replace(at, content, permissions));
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    command(Operation.SETATTR, path, (fs, at) -> fs.setAttributes(at, changes));
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return call(Operation.READLINK, path, FileSystem::readlink);
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    command(Operation.SYMLINK, link, (fs, at) -> fs.symlink(target, at));
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    move(Operation.LINK, existing, link, FileSystem::link);
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    command(Operation.MKNOD, path, (fs, at) -> fs.mknod(at, mode, deviceMajor, deviceMinor));
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return call(Operation.STATFS, path, FileSystem::statfs);
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return call(Operation.LISTXATTR, path, FileSystem::listXattrs);
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return call(Operation.GETXATTR, path, (fs, at) -> fs.getXattr(at, name));
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    command(Operation.SETXATTR, path, (fs, at) -> fs.setXattr(at, name, value, mode));
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    command(Operation.REMOVEXATTR, path, (fs, at) -> fs.removeXattr(at, name));
  }
}
