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
import dev.warren.api.WouldBlockException;
import dev.warren.api.XattrMode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls a file system as a front end does: its {@linkplain FileSystem#nonBlocking() non-blocking
 * view} first, itself when that would have to wait; and so for what it opens. Under this wrapper
 * {@link FileSystemContract} tests the views, and that a call which would have waited has changed
 * nothing. Thread-safe.
 */
public final class NonBlockingFirstFileSystem extends ForwardingFileSystem {
  private final FileSystem first;

  /** Wraps a file system; closing closes it. */
  public NonBlockingFirstFileSystem(FileSystem delegate) {
    super(delegate);
    FileSystem view = delegate.nonBlocking();
    first = view == null ? delegate : view;
  }

  /** A call on the view or on the object itself. */
  private interface Attempt<O, R> {
    R on(O object) throws FsException;
  }

  private static <O, R> R attempt(O view, O object, Attempt<O, R> call) throws FsException {
    try {
      return call.on(view);
    } catch (WouldBlockException e) {
      return call.on(object);
    }
  }

  private <R> R attempt(Attempt<FileSystem, R> call) throws FsException {
    return attempt(first, delegate(), call);
  }

  private void run(Change call) throws FsException {
    attempt(
        fs -> {
          call.on(fs);
          return true;
        });
  }

  /** A call without a result. */
  private interface Change {
    void on(FileSystem fs) throws FsException;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return attempt(fs -> fs.stat(path));
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    return new File(attempt(fs -> fs.open(path, options, permissions)));
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return new Directory(attempt(fs -> fs.openDirectory(path)));
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    run(fs -> fs.mkdir(path, permissions));
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    run(fs -> fs.unlink(path));
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    run(fs -> fs.rmdir(path));
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    run(fs -> fs.rename(from, to, replace));
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    run(fs -> fs.setAttributes(path, changes));
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return attempt(fs -> fs.readlink(path));
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    run(fs -> fs.symlink(target, link));
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    run(fs -> fs.link(existing, link));
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    run(fs -> fs.mknod(path, mode, deviceMajor, deviceMinor));
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return attempt(fs -> fs.statfs(path));
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return attempt(fs -> fs.listXattrs(path));
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return attempt(fs -> fs.getXattr(path, name));
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    run(fs -> fs.setXattr(path, name, value, mode));
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    run(fs -> fs.removeXattr(path, name));
  }

  private static final class File extends ForwardingOpenFile {
    private final OpenFile first;

    File(OpenFile delegate) {
      super(delegate);
      OpenFile view = delegate.nonBlocking();
      first = view == null ? delegate : view;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws FsException {
      return attempt(first, delegate(), file -> file.read(target, offset));
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      return attempt(first, delegate(), file -> file.write(source, offset));
    }

    @Override
    public FileAttributes stat() throws FsException {
      return attempt(first, delegate(), OpenFile::stat);
    }
  }

  private static final class Directory extends ForwardingOpenDirectory {
    private final OpenDirectory first;

    Directory(OpenDirectory delegate) {
      super(delegate);
      OpenDirectory view = delegate.nonBlocking();
      first = view == null ? delegate : view;
    }

    /** Goes on after the last entry that the view could offer. */
    @Override
    public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
      AtomicLong reached = new AtomicLong(cookie);
      try {
        first.read(
            cookie,
            attributes,
            entry -> {
              boolean taken = visitor.visit(entry);
              if (taken) {
                reached.set(entry.cookie());
              }
              return taken;
            });
      } catch (WouldBlockException e) {
        delegate().read(reached.get(), attributes, visitor);
      }
    }

    @Override
    public FileAttributes stat() throws FsException {
      return attempt(first, delegate(), OpenDirectory::stat);
    }
  }
}
