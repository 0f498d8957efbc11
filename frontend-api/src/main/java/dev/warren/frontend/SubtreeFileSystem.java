package dev.warren.frontend;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;

/** {@link SharedFileSystems#subtree}. */
final class SubtreeFileSystem extends ViewFileSystem {
  private final VfsPath root;

  SubtreeFileSystem(SharedFileSystem shared, FileSystem target, VfsPath root) {
    super(shared, target);
    this.root = root;
  }

  @Override
  ViewFileSystem over(SharedFileSystem newShared, FileSystem newTarget) {
    return new SubtreeFileSystem(newShared, newTarget, root);
  }

  private VfsPath outer(VfsPath path) {
    return path.rebase(VfsPath.ROOT, root);
  }

  private static FsException isRoot(Errno errno) {
    return new FsException(errno, VfsPath.ROOT);
  }

  /**
   * The root itself belongs to the directory above it, so the view cannot create, rename or remove
   * it.
   */
  @Override
  protected VfsPath path(Operation operation, VfsPath path) throws FsException {
    if (path.isRoot()) {
      switch (operation) {
        case MKDIR, SYMLINK, MKNOD -> throw isRoot(Errno.EEXIST);
        case RMDIR, RENAME -> throw isRoot(Errno.EBUSY);
        case UNLINK, REPLACE -> throw isRoot(Errno.EISDIR);
        default -> {}
      }
    }
    return outer(path);
  }

  @Override
  protected VfsPath newPath(Operation operation, VfsPath path) throws FsException {
    if (path.isRoot()) {
      throw isRoot(operation == Operation.LINK ? Errno.EEXIST : Errno.EBUSY);
    }
    return outer(path);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (path.isRoot() && options.create()) {
      throw isRoot(options.exclusive() ? Errno.EEXIST : Errno.EISDIR);
    }
    return super.open(path, options, permissions);
  }

  @Override
  public TrackedPath track(VfsPath path) {
    return new SubtreeTrackedPath(shared().track(outer(path)), root, path);
  }
}
