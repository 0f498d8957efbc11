package dev.warren.testkit;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A file system that passes every call, including those on its open files and its views, through an
 * {@link Interceptor}.
 */
public class InterceptedFileSystem extends ForwardingFileSystem {
  private final Interceptor interceptor;
  private final boolean mayBlock;
  private final AtomicLong handles;
  private final @Nullable FileSystem nonBlocking;

  /** Passes the calls on this file system through an interceptor; closing the wrapper closes it. */
  public InterceptedFileSystem(FileSystem delegate, Interceptor interceptor) {
    this(delegate, interceptor, true, new AtomicLong());
  }

  private InterceptedFileSystem(
      FileSystem delegate, Interceptor interceptor, boolean mayBlock, AtomicLong handles) {
    super(delegate);
    this.interceptor = interceptor;
    this.mayBlock = mayBlock;
    this.handles = handles;
    FileSystem view = mayBlock ? delegate.nonBlocking() : null;
    nonBlocking =
        view == null ? null : new InterceptedFileSystem(view, interceptor, false, handles);
  }

  @Override
  protected <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException {
    return interceptor.around(
        new Call(operation, path, null, 0, mayBlock), () -> request.on(delegate(), path));
  }

  @Override
  protected void move(Operation operation, VfsPath from, VfsPath to, Move move) throws FsException {
    interceptor.<@Nullable Void>around(
        new Call(operation, from, to, 0, mayBlock),
        () -> {
          move.on(delegate(), from, to);
          return null;
        });
  }

  @Override
  public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    return this.<@Nullable FileHandle>call(Operation.STAT, path, (fs, at) -> fs.find(at, into));
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    OpenFile file = super.open(path, options, permissions);
    return new InterceptedOpenFile(file, interceptor, path, handles.incrementAndGet());
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    OpenDirectory directory = super.openDirectory(path);
    return new InterceptedOpenDirectory(directory, interceptor, path, handles.incrementAndGet());
  }

  @Override
  protected ForwardingFileSystem over(FileSystem view) {
    return new InterceptedFileSystem(view, interceptor, mayBlock, handles);
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    return mayBlock ? nonBlocking : this;
  }

  @Override
  public void close() throws FsException {
    call(
        Operation.CLOSE,
        VfsPath.ROOT,
        (fs, _) -> {
          fs.close();
          return true;
        });
  }
}
