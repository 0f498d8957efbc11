package dev.warren.memfs;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;

/**
 * A file system with only the mandatory operations, and changes of a file's size; everything else
 * uses the defaults of the interfaces.
 */
final class BareFileSystem implements FileSystem {
  private final FileSystem delegate;

  BareFileSystem(FileSystem delegate) {
    this.delegate = delegate;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return delegate.stat(path);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    return new BareFile(delegate.open(path, options, permissions));
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return new BareDirectory(delegate.openDirectory(path));
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
  public void close() throws FsException {
    delegate.close();
  }

  private record BareFile(OpenFile delegate) implements OpenFile {
    @Override
    public int read(ByteBuffer target, long offset) throws FsException {
      return delegate.read(target, offset);
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      return delegate.write(source, offset);
    }

    @Override
    public FileAttributes stat() throws FsException {
      return delegate.stat();
    }

    @Override
    public void setAttributes(AttributeChanges changes) throws FsException {
      if (changes.size() != null
          && changes.equals(AttributeChanges.NONE.withSize(changes.size()))) {
        delegate.setAttributes(changes);
      } else {
        OpenFile.super.setAttributes(changes);
      }
    }

    @Override
    public void close() throws FsException {
      delegate.close();
    }
  }

  private record BareDirectory(OpenDirectory delegate) implements OpenDirectory {
    @Override
    public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
      delegate.read(cookie, attributes, visitor);
    }

    @Override
    public FileAttributes stat() throws FsException {
      return delegate.stat();
    }

    @Override
    public void close() {
      delegate.close();
    }
  }
}
