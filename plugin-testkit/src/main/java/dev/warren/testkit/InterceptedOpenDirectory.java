package dev.warren.testkit;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/** An open directory whose calls pass through an interceptor. */
final class InterceptedOpenDirectory extends ForwardingOpenDirectory {
  private final Interceptor interceptor;
  private final VfsPath path;
  private final long handle;
  private final boolean mayWait;
  private final @Nullable OpenDirectory nonBlocking;

  InterceptedOpenDirectory(
      OpenDirectory delegate, Interceptor interceptor, VfsPath path, long handle) {
    this(delegate, interceptor, path, handle, true);
  }

  private InterceptedOpenDirectory(
      OpenDirectory delegate, Interceptor interceptor, VfsPath path, long handle, boolean mayWait) {
    super(delegate);
    this.interceptor = interceptor;
    this.path = path;
    this.handle = handle;
    this.mayWait = mayWait;
    OpenDirectory view = mayWait ? delegate.nonBlocking() : null;
    nonBlocking =
        view == null ? null : new InterceptedOpenDirectory(view, interceptor, path, handle, false);
  }

  private Call call(Operation operation) {
    return new Call(operation, path, null, handle, mayWait);
  }

  private void run(Operation operation, FsCall body) throws FsException {
    interceptor.<@Nullable Void>around(
        call(operation),
        () -> {
          body.run();
          return null;
        });
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    run(Operation.LIST, () -> super.read(cookie, attributes, visitor));
  }

  @Override
  public FileAttributes stat() throws FsException {
    return interceptor.around(call(Operation.STAT_OPEN), () -> super.stat());
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    run(Operation.SET_ATTRIBUTES, () -> super.setAttributes(changes));
  }

  @Override
  public void sync() throws FsException {
    run(Operation.SYNC, () -> super.sync());
  }

  @Override
  public @Nullable OpenDirectory nonBlocking() {
    return mayWait ? nonBlocking : this;
  }

  /** Closes the directory behind also where the interceptor fails: a close cannot say so. */
  @Override
  public void close() {
    try {
      run(Operation.CLOSE, () -> super.close());
    } catch (FsException e) {
      super.close();
    }
  }
}
