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

/** {@link SharedFileSystems#readOnly}. */
final class ReadOnlyFileSystem extends ViewFileSystem {
  ReadOnlyFileSystem(SharedFileSystem shared, FileSystem target) {
    super(shared, target);
  }

  @Override
  ViewFileSystem over(SharedFileSystem newShared, FileSystem newTarget) {
    return new ReadOnlyFileSystem(newShared, newTarget);
  }

  @Override
  public TrackedPath track(VfsPath path) {
    return shared().track(path);
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return target.stat(path);
  }

  @Override
  public void stat(VfsPath path, AttributesBuffer into) throws FsException {
    target.stat(path, into);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (options.write()) {
      throw refusedOpening(path, options);
    }
    if (!options.create()) {
      return new ReadOnlyFile(target.open(path, options, permissions), Errno.EROFS);
    }
    // As on a read-only mount: what exists can be opened with O_CREAT.
    refuseCreating(path, options);
    OpenOptions plain = new OpenOptions(true, false, false, false, false, false, options.sync());
    return new ReadOnlyFile(target.open(path, plain, 0), Errno.EROFS);
  }

  private FsException refusedOpening(VfsPath path, OpenOptions options) throws FsException {
    if (options.create()) {
      refuseCreating(path, options);
    }
    return target.stat(path).isDirectory()
        ? new FsException(Errno.EISDIR, path)
        : new FsException(Errno.EROFS, path);
  }

  private void refuseCreating(VfsPath path, OpenOptions options) throws FsException {
    if (!exists(path)) {
      throw new FsException(Errno.EROFS, path);
    }
    if (options.exclusive()) {
      throw new FsException(Errno.EEXIST, path);
    }
  }

  /** Whether there is something of this name, in a directory that exists. */
  private boolean exists(VfsPath path) throws FsException {
    try {
      target.stat(path);
      return true;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT && !path.isRoot()) {
        target.stat(path.parentOrRoot());
        return false;
      }
      throw e;
    }
  }

  private FsException refusedCreation(VfsPath path) throws FsException {
    return new FsException(exists(path) ? Errno.EEXIST : Errno.EROFS, path);
  }

  private FsException refusedChange(VfsPath path) throws FsException {
    target.stat(path);
    return new FsException(Errno.EROFS, path);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return new ReadOnlyDirectory(target.openDirectory(path), Errno.EROFS);
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    throw refusedCreation(path);
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    throw refusedChange(path);
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    throw refusedChange(path);
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    throw refusedChange(from);
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    throw refusedChange(path);
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return target.readlink(path);
  }

  @Override
  public void symlink(String text, VfsPath link) throws FsException {
    throw refusedCreation(link);
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    throw refusedCreation(link);
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    throw refusedCreation(path);
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return target.statfs(path);
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return target.listXattrs(path);
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return target.getXattr(path, name);
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    throw refusedChange(path);
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    throw refusedChange(path);
  }
}
