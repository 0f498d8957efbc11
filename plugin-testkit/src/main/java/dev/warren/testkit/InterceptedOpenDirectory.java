package dev.warren.testkit;

import dev.warren.api.ForwardingOpenDirectory;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/** An open directory whose calls pass through an interceptor. */
final class InterceptedOpenDirectory extends ForwardingOpenDirectory {
  private final Interceptor interceptor;
  private final VfsPath path;
  private final long handle;
  private final boolean mayBlock;
  private final @Nullable OpenDirectory nonBlocking;

  InterceptedOpenDirectory(
      OpenDirectory delegate, Interceptor interceptor, VfsPath path, long handle) {
    this(delegate, interceptor, path, handle, true);
  }

  private InterceptedOpenDirectory(
      OpenDirectory delegate,
      Interceptor interceptor,
      VfsPath path,
      long handle,
      boolean mayBlock) {
    super(delegate);
    this.interceptor = interceptor;
    this.path = path;
    this.handle = handle;
    this.mayBlock = mayBlock;
    OpenDirectory view = mayBlock ? delegate.nonBlocking() : null;
    nonBlocking =
        view == null ? null : new InterceptedOpenDirectory(view, interceptor, path, handle, false);
  }

  @Override
  protected <R extends @Nullable Object> R call(
      Operation operation, Request<OpenDirectory, R> request) throws FsException {
    return interceptor.around(
        new Call(operation, path, null, handle, mayBlock), () -> request.on(delegate()));
  }

  @Override
  public @Nullable OpenDirectory nonBlocking() {
    return mayBlock ? nonBlocking : this;
  }

  /** Closes the directory even if the interceptor fails, because a close cannot report an error. */
  @Override
  public void close() {
    try {
      boolean _ =
          call(
              Operation.CLOSE,
              directory -> {
                directory.close();
                return true;
              });
    } catch (FsException e) {
      super.close();
    }
  }
}
