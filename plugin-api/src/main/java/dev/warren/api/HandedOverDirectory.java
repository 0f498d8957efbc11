package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * An open directory whose waiting operations are {@link BlockingCalls}. Visitors are called on the
 * thread that makes the call, as long as who has brought them waits for it.
 */
final class HandedOverDirectory implements OpenDirectory {
  private final OpenDirectory target;
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
    this.target = target;
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
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    requireOpen();
    this.<@Nullable Void>call(
        "readdir",
        requester -> {
          target.read(cookie, attributes, entry -> requester.ask(() -> visitor.visit(entry)));
          return null;
        });
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    requireOpen();
    this.<@Nullable Void>call(
        "readdir",
        requester -> {
          target.readNames(
              cookie,
              (buffer, start, length, type, fileId, next) ->
                  requester.ask(() -> visitor.visit(buffer, start, length, type, fileId, next)));
          return null;
        });
  }

  private <T extends @Nullable Object> T call(String name, BlockingCalls.Call<T> call)
      throws FsException {
    return calls.call(name, path, call);
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    if (quick != null) {
      try {
        return quick.stat();
      } catch (WouldBlockException _) {
        return call("fstat", _ -> target.stat());
      }
    }
    return call("fstat", _ -> target.stat());
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    calls.run("fsetattr", path, () -> target.setAttributes(changes));
  }

  @Override
  public void sync() throws FsException {
    requireOpen();
    calls.run("fsync", path, target::sync);
  }

  /** On a platform thread at once, also where all threads of the mount hang. */
  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    if (!Thread.currentThread().isVirtual()) {
      target.close();
      return;
    }
    try {
      calls.run("closedir", path, target::close);
    } catch (FsException left) {
      left.errno(); // it is closed without anybody waiting for it
    }
  }
}
