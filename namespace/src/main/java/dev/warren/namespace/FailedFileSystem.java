package dev.warren.namespace;

import dev.warren.api.AttributeChanges;
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

/** Stands for a plugin that could not be opened: every operation is EIO with the reason. */
final class FailedFileSystem implements FileSystem {
  private final String reason;

  FailedFileSystem(String reason) {
    this.reason = reason;
  }

  private FsException failure() {
    return new FsException(Errno.EIO, reason);
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    throw failure();
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    throw failure();
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    throw failure();
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    throw failure();
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    throw failure();
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    throw failure();
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    throw failure();
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    throw failure();
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    throw failure();
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    throw failure();
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    throw failure();
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    throw failure();
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    throw failure();
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    throw failure();
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    throw failure();
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    throw failure();
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    throw failure();
  }

  @Override
  public FileSystem nonBlocking() {
    return this;
  }

  @Override
  public void close() {}
}
