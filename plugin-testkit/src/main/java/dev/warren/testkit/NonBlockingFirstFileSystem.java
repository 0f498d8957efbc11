package dev.warren.testkit;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.Forwarding;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenDirectory;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Calls a file system as a front end does: its {@linkplain FileSystem#nonBlocking() non-blocking
 * view} first, and the object itself if that would block; likewise for open files and directories.
 * With this wrapper, {@link FileSystemContract} tests the views, and that a call that would have
 * blocked has changed nothing. Thread-safe.
 */
public final class NonBlockingFirstFileSystem extends ForwardingFileSystem {
  private final FileSystem first;

  /** Wraps a file system; closing the wrapper closes it. */
  public NonBlockingFirstFileSystem(FileSystem delegate) {
    super(delegate);
    FileSystem view = delegate.nonBlocking();
    first = view == null ? delegate : view;
  }

  /** A call on the view or on the object itself. */
  private interface Attempt<O, R extends @Nullable Object> {
    R on(O object) throws FsException;
  }

  private static <O, R extends @Nullable Object> R attempt(O view, O object, Attempt<O, R> call)
      throws FsException {
    try {
      return call.on(view);
    } catch (WouldBlockException e) {
      return call.on(object);
    }
  }

  @Override
  protected <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException {
    return attempt(first, delegate(), fs -> request.on(fs, path));
  }

  @Override
  public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    return this.<@Nullable FileHandle>call(Operation.STAT, path, (fs, at) -> fs.find(at, into));
  }

  @Override
  protected void move(Operation operation, VfsPath from, VfsPath to, Move move) throws FsException {
    this.<@Nullable Void>call(
        operation,
        from,
        (fs, old) -> {
          move.on(fs, old, to);
          return null;
        });
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    return new File(super.open(path, options, permissions));
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return new Directory(super.openDirectory(path));
  }

  private static final class File extends ForwardingOpenFile {
    private final OpenFile first;

    File(OpenFile delegate) {
      super(delegate);
      OpenFile view = delegate.nonBlocking();
      first = view == null ? delegate : view;
    }

    /** Uses the view for the operations that it supports, and the file for all others. */
    @Override
    protected <R extends @Nullable Object> R call(
        Operation operation, Forwarding.Request<OpenFile, R> request) throws FsException {
      return switch (operation) {
        case READ, WRITE, FSTAT -> attempt(first, delegate(), request::on);
        default -> request.on(delegate());
      };
    }
  }

  private static final class Directory extends ForwardingOpenDirectory {
    private final OpenDirectory first;

    Directory(OpenDirectory delegate) {
      super(delegate);
      OpenDirectory view = delegate.nonBlocking();
      first = view == null ? delegate : view;
    }

    /** Continues after the last entry that the view could offer. */
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
