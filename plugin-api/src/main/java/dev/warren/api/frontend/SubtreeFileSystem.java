package dev.warren.api.frontend;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import java.util.List;

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

  /** A path that may be created: not the root, which is the directory above's to create. */
  private VfsPath created(VfsPath path) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EEXIST, path);
    }
    return outer(path);
  }

  private VfsPath movable(VfsPath path) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EBUSY, path);
    }
    return outer(path);
  }

  @Override
  public TrackedPath track(VfsPath path) {
    return new SubtreeTrackedPath(shared().track(outer(path)), root, path);
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return target.stat(outer(path));
  }

  @Override
  public void stat(VfsPath path, AttributesBuffer into) throws FsException {
    target.stat(outer(path), into);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (path.isRoot() && options.create()) {
      throw new FsException(options.exclusive() ? Errno.EEXIST : Errno.EISDIR, path);
    }
    return target.open(outer(path), options, permissions);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return target.openDirectory(outer(path));
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    target.mkdir(created(path), permissions);
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EISDIR, path);
    }
    target.unlink(outer(path));
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    target.rmdir(movable(path));
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    target.rename(movable(from), movable(to), replace);
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    target.setAttributes(outer(path), changes);
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return target.readlink(outer(path));
  }

  @Override
  public void symlink(String text, VfsPath link) throws FsException {
    target.symlink(text, created(link));
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    target.link(outer(existing), created(link));
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    target.mknod(created(path), mode, deviceMajor, deviceMinor);
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return target.statfs(outer(path));
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return target.listXattrs(outer(path));
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return target.getXattr(outer(path), name);
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    target.setXattr(outer(path), name, value, mode);
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    target.removeXattr(outer(path), name);
  }
}
