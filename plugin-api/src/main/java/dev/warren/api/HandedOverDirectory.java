package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * An open directory whose blocking operations run through {@link BlockingCalls}. Visitors are
 * called on the thread that runs the call, while the requester waits for it.
 */
final class HandedOverDirectory extends ForwardingOpenDirectory {
  private final @Nullable OpenDirectory nonBlocking;
  private final VfsPath path;
  private final BlockingCalls calls;
  private volatile boolean ended;

  /** Wraps a directory, unless all its operations are non-blocking. */
  @SuppressWarnings("ReferenceEquality") // compares identity: is it the same view?
  static OpenDirectory of(OpenDirectory target, VfsPath path, BlockingCalls calls) {
    return target.nonBlocking() == target ? target : new HandedOverDirectory(target, path, calls);
  }

  private HandedOverDirectory(OpenDirectory target, VfsPath path, BlockingCalls calls) {
    super(target);
    this.nonBlocking = target.nonBlocking();
    this.path = path;
    this.calls = calls;
  }

  private void requireOpen() throws FsException {
    if (ended) {
      throw new FsException(Errno.EBADF);
    }
  }

  @Override
  protected <R extends @Nullable Object> R call(
      Operation operation, Request<OpenDirectory, R> request) throws FsException {
    requireOpen();
    return HandOver.make(
        operation == Operation.FSTAT ? nonBlocking : null,
        delegate(),
        calls,
        operation,
        path,
        request);
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    list(
        (directory, requester) ->
            directory.read(cookie, attributes, entry -> requester.ask(() -> visitor.visit(entry))));
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    list(
        (directory, requester) ->
            directory.readNames(
                cookie,
                (buffer, start, length, type, fileId, next) ->
                    requester.ask(() -> visitor.visit(buffer, start, length, type, fileId, next))));
  }

  /** A listing for a requester that may stop waiting before it is complete. */
  @FunctionalInterface
  private interface Listing {
    void of(OpenDirectory directory, BlockingCalls.Requester requester) throws FsException;
  }

  private void list(Listing listing) throws FsException {
    requireOpen();
    calls.<@Nullable Void>call(
        Operation.READDIR.word(),
        path,
        requester -> {
          listing.of(delegate(), requester);
          return null;
        });
  }

  @Override
  public @Nullable OpenDirectory nonBlocking() {
    return null;
  }

  /**
   * On a platform thread it closes directly, so that it also works when all threads of the mount
   * hang.
   */
  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    if (!Thread.currentThread().isVirtual()) {
      super.close();
      return;
    }
    try {
      calls.run("closedir", path, super::close);
    } catch (FsException left) {
      left.errno(); // the directory is closed even if no requester waits for the call
    }
  }
}
