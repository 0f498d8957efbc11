package dev.warren.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hands every operation on to another open file, as {@link ForwardingFileSystem} does. What extends
 * it changes some of them, or all at one place with {@link #call}. To fill a buffer with
 * attributes, it asks {@link #stat()}, unless that is overridden, too.
 */
public abstract class ForwardingOpenFile implements OpenFile {
  private final OpenFile delegate;
  private final NonBlockingView<OpenFile> quick = new NonBlockingView<>();

  /** Forwards to this open file. */
  protected ForwardingOpenFile(OpenFile delegate) {
    this.delegate = delegate;
  }

  /** An operation. */
  @FunctionalInterface
  protected interface Request<T extends @Nullable Object> {
    /** Makes it. */
    T on(OpenFile file) throws FsException;
  }

  /** An operation that has no result. */
  @FunctionalInterface
  protected interface Command {
    /** Makes it. */
    void on(OpenFile file) throws FsException;
  }

  /** The open file behind this one. */
  protected final OpenFile delegate() {
    return delegate;
  }

  /** Makes a call; all come through here, except {@link #abort} and {@link #closesAtOnce}. */
  protected <T extends @Nullable Object> T call(Operation operation, Request<T> request)
      throws FsException {
    return request.on(delegate);
  }

  /** The same around a view of what is behind; null, the default, if views are not to be had. */
  protected @Nullable ForwardingOpenFile over(OpenFile view) {
    return null;
  }

  private void command(Operation operation, Command command) throws FsException {
    this.<@Nullable Void>call(
        operation,
        file -> {
          command.on(file);
          return null;
        });
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    return call(Operation.READ, file -> file.read(target, offset));
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    return call(Operation.WRITE, file -> file.write(source, offset));
  }

  @Override
  public FileAttributes stat() throws FsException {
    return call(Operation.FSTAT, OpenFile::stat);
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    command(Operation.FSETATTR, file -> file.setAttributes(changes));
  }

  @Override
  public void truncate(long size) throws FsException {
    command(Operation.TRUNCATE, file -> file.truncate(size));
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    command(Operation.FSYNC, file -> file.sync(dataOnly));
  }

  /** The file behind gets the one behind the target, so that it can copy inside. */
  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    OpenFile inner = target instanceof ForwardingOpenFile other ? behind(other) : target;
    return call(Operation.COPY, file -> file.copyTo(offset, count, inner, targetOffset));
  }

  /** What a copy to another wrapped file goes to: what is behind it, or itself. */
  protected OpenFile behind(ForwardingOpenFile target) {
    return target.getClass() == getClass() ? target.delegate : target;
  }

  @Override
  public @Nullable OpenFile nonBlocking() {
    return quick.of(this, delegate, delegate.nonBlocking(), this::over);
  }

  @Override
  public boolean closesAtOnce() {
    return delegate.closesAtOnce();
  }

  @Override
  public void close() throws FsException {
    command(Operation.CLOSE, OpenFile::close);
  }

  @Override
  public void abort(FsException cause) {
    delegate.abort(cause);
  }
}
