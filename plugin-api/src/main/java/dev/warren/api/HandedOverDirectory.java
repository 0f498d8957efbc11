package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * An open directory whose waiting operations are {@link BlockingCalls}. Visitors are called on the
 * thread that makes the call, as long as who has brought them waits for it.
 */
final class HandedOverDirectory extends ForwardingOpenDirectory {
  private final @Nullable OpenDirectory quick;
  private final VfsPath path;
  private final BlockingCalls calls;
  private volatile boolean ended;

  /** Wraps a directory, unless nothing in it ever waits. */
  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  static OpenDirectory of(OpenDirectory target, VfsPath path, BlockingCalls calls) {
    return target.nonBlocking() == target ? target : new HandedOverDirectory(target, path, calls);
  }

  private HandedOverDirectory(OpenDirectory target, VfsPath path, BlockingCalls calls) {
    super(target);
    this.quick = target.nonBlocking();
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
        operation == Operation.FSTAT ? quick : null, delegate(), calls, operation, path, request);
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

  /** A listing for somebody who may leave on the way. */
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

  /** On a platform thread at once, also where all threads of the mount hang. */
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
      left.errno(); // it is closed without anybody waiting for it
    }
  }
}
