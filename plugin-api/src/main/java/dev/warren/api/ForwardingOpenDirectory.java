package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * Hands every operation on to another open directory, as {@link ForwardingFileSystem} does. What
 * extends it changes some of them, or all at one place with {@link #call}. To fill a buffer with
 * attributes, it asks {@link #stat()}, and {@link #read} for names, unless those are overridden,
 * too.
 */
public abstract class ForwardingOpenDirectory implements OpenDirectory {
  private final OpenDirectory delegate;
  private final NonBlockingView<OpenDirectory> quick = new NonBlockingView<>();

  /** Forwards to this open directory. */
  protected ForwardingOpenDirectory(OpenDirectory delegate) {
    this.delegate = delegate;
  }

  /** An operation. */
  @FunctionalInterface
  protected interface Request<T extends @Nullable Object> {
    /** Makes it. */
    T on(OpenDirectory directory) throws FsException;
  }

  /** An operation that has no result. */
  @FunctionalInterface
  protected interface Command {
    /** Makes it. */
    void on(OpenDirectory directory) throws FsException;
  }

  /** The open directory behind this one. */
  protected final OpenDirectory delegate() {
    return delegate;
  }

  /** Makes a call; all come through here, except {@link #close}. */
  protected <T extends @Nullable Object> T call(Operation operation, Request<T> request)
      throws FsException {
    return request.on(delegate);
  }

  /** The same around a view of what is behind; null, the default, if views are not to be had. */
  protected @Nullable ForwardingOpenDirectory over(OpenDirectory view) {
    return null;
  }

  private void command(Operation operation, Command command) throws FsException {
    this.<@Nullable Void>call(
        operation,
        directory -> {
          command.on(directory);
          return null;
        });
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    command(Operation.READDIR, directory -> directory.read(cookie, attributes, visitor));
  }

  @Override
  public FileAttributes stat() throws FsException {
    return call(Operation.FSTAT, OpenDirectory::stat);
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    command(Operation.FSETATTR, directory -> directory.setAttributes(changes));
  }

  @Override
  public void sync() throws FsException {
    command(Operation.FSYNC, OpenDirectory::sync);
  }

  @Override
  public @Nullable OpenDirectory nonBlocking() {
    return quick.of(this, delegate, delegate.nonBlocking(), this::over);
  }

  @Override
  public void close() {
    delegate.close();
  }
}
