package dev.warren.testkit;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An open file whose calls pass through an interceptor. */
final class InterceptedOpenFile extends ForwardingOpenFile {
  private final Interceptor interceptor;
  private final VfsPath path;
  private final long handle;
  private final boolean mayWait;
  private final @Nullable OpenFile nonBlocking;

  InterceptedOpenFile(OpenFile delegate, Interceptor interceptor, VfsPath path, long handle) {
    this(delegate, interceptor, path, handle, true);
  }

  private InterceptedOpenFile(
      OpenFile delegate, Interceptor interceptor, VfsPath path, long handle, boolean mayWait) {
    super(delegate);
    this.interceptor = interceptor;
    this.path = path;
    this.handle = handle;
    this.mayWait = mayWait;
    OpenFile view = mayWait ? delegate.nonBlocking() : null;
    nonBlocking =
        view == null ? null : new InterceptedOpenFile(view, interceptor, path, handle, false);
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
  public int read(ByteBuffer target, long offset) throws FsException {
    return interceptor.around(call(Operation.READ), () -> super.read(target, offset));
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    return interceptor.around(call(Operation.WRITE), () -> super.write(source, offset));
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
  public void truncate(long size) throws FsException {
    run(Operation.TRUNCATE, () -> super.truncate(size));
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    run(Operation.SYNC, () -> super.sync(dataOnly));
  }

  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    return interceptor.around(
        call(Operation.COPY), () -> super.copyTo(offset, count, target, targetOffset));
  }

  @Override
  public void close() throws FsException {
    run(Operation.CLOSE, () -> super.close());
  }

  @Override
  public @Nullable OpenFile nonBlocking() {
    return mayWait ? nonBlocking : this;
  }

  /** An interceptor that fails here keeps the abort from the file behind. */
  @Override
  public void abort(FsException cause) {
    try {
      run(Operation.ABORT, () -> super.abort(cause));
    } catch (FsException e) {
      cause.addSuppressed(e);
    }
  }
}
