package dev.warren.testkit;

import dev.warren.api.AttributeChanges;
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

/**
 * Hands every operation on to another file system; what extends it changes a few. Views do not slip
 * past it: {@link #nonBlocking()} is null and {@link #as} this object unless overridden.
 */
public class ForwardingFileSystem implements FileSystem {
  private final FileSystem delegate;

  /** Forwards to this file system and closes it when closed. */
  protected ForwardingFileSystem(FileSystem delegate) {
    this.delegate = delegate;
  }

  /** The file system behind this one. */
  protected FileSystem delegate() {
    return delegate;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return delegate.stat(path);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    return delegate.open(path, options, permissions);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return delegate.openDirectory(path);
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    delegate.mkdir(path, permissions);
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    delegate.unlink(path);
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    delegate.rmdir(path);
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    delegate.rename(from, to, replace);
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    delegate.setAttributes(path, changes);
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return delegate.readlink(path);
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    delegate.symlink(target, link);
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    delegate.link(existing, link);
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    delegate.mknod(path, mode, deviceMajor, deviceMinor);
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return delegate.statfs(path);
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return delegate.listXattrs(path);
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return delegate.getXattr(path, name);
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    delegate.setXattr(path, name, value, mode);
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    delegate.removeXattr(path, name);
  }

  @Override
  public boolean losesContent() {
    return delegate.losesContent();
  }

  @Override
  public void close() throws FsException {
    delegate.close();
  }
}
