package dev.warren.frontend;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;

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
  protected VfsPath path(Operation operation, VfsPath path) throws FsException {
    return switch (operation) {
      case STAT, OPEN, OPENDIR, READLINK, STATFS, LISTXATTR, GETXATTR -> path;
      case LINK -> path; // the file is only read; its new name is refused
      case MKDIR, SYMLINK, MKNOD -> throw refusedCreation(path);
      case UNLINK, RMDIR, RENAME, REPLACE, SETATTR, SETXATTR, REMOVEXATTR ->
          throw refusedChange(path);
      case READ, WRITE, FSTAT, FSETATTR, TRUNCATE, FSYNC, COPY, READDIR, CLOSE, ABORT ->
          throw new IllegalArgumentException(operation + " has no path");
    };
  }

  @Override
  protected VfsPath newPath(Operation operation, VfsPath path) throws FsException {
    throw refusedCreation(path);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (options.write()) {
      throw refusedOpening(path, options);
    }
    if (!options.create()) {
      return new ReadOnlyFile(super.open(path, options, permissions), Errno.EROFS);
    }
    // As on a read-only mount: what exists can be opened with O_CREAT.
    refuseCreating(path, options);
    OpenOptions plain = new OpenOptions(true, false, false, false, false, false, options.sync());
    return new ReadOnlyFile(super.open(path, plain, 0), Errno.EROFS);
  }

  private FsException refusedOpening(VfsPath path, OpenOptions options) throws FsException {
    if (options.create()) {
      refuseCreating(path, options);
    }
    return stat(path).isDirectory()
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

  /** Whether the name exists, in a directory that exists. */
  private boolean exists(VfsPath path) throws FsException {
    try {
      stat(path);
      return true;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT && !path.isRoot()) {
        stat(path.parentOrRoot());
        return false;
      }
      throw e;
    }
  }

  private FsException refusedCreation(VfsPath path) throws FsException {
    return new FsException(exists(path) ? Errno.EEXIST : Errno.EROFS, path);
  }

  private FsException refusedChange(VfsPath path) throws FsException {
    stat(path);
    return new FsException(Errno.EROFS, path);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return new ReadOnlyDirectory(super.openDirectory(path), Errno.EROFS);
  }
}
