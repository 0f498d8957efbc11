package dev.warren.testkit;

import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/** An open file whose calls pass through an interceptor. */
final class InterceptedOpenFile extends ForwardingOpenFile {
  private final Interceptor interceptor;
  private final VfsPath path;
  private final long handle;
  private final boolean mayBlock;
  private final @Nullable OpenFile nonBlocking;

  InterceptedOpenFile(OpenFile delegate, Interceptor interceptor, VfsPath path, long handle) {
    this(delegate, interceptor, path, handle, true);
  }

  private InterceptedOpenFile(
      OpenFile delegate, Interceptor interceptor, VfsPath path, long handle, boolean mayBlock) {
    super(delegate);
    this.interceptor = interceptor;
    this.path = path;
    this.handle = handle;
    this.mayBlock = mayBlock;
    OpenFile view = mayBlock ? delegate.nonBlocking() : null;
    nonBlocking =
        view == null ? null : new InterceptedOpenFile(view, interceptor, path, handle, false);
  }

  @Override
  protected <R extends @Nullable Object> R call(Operation operation, Request<OpenFile, R> request)
      throws FsException {
    return interceptor.around(
        new Call(operation, path, null, handle, mayBlock), () -> request.on(delegate()));
  }

  @Override
  public @Nullable OpenFile nonBlocking() {
    return mayBlock ? nonBlocking : this;
  }

  /** If the interceptor fails, the file is not aborted. */
  @Override
  public void abort(FsException cause) {
    try {
      boolean _ =
          call(
              Operation.ABORT,
              file -> {
                file.abort(cause);
                return true;
              });
    } catch (FsException e) {
      cause.addSuppressed(e);
    }
  }
}
