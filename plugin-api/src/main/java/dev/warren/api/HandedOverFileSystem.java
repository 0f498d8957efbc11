package dev.warren.api;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file system whose blocking operations run through {@link BlockingCalls}. Operations that can
 * complete without blocking run on the calling thread, because handing a call over costs more than
 * reading the kernel's caches.
 */
final class HandedOverFileSystem extends ForwardingFileSystem {
  private final @Nullable FileSystem nonBlocking;
  private final BlockingCalls calls;
  private final @Nullable FileSystem view;

  /** Wraps a file system, unless all its operations are non-blocking. */
  @SuppressWarnings("ReferenceEquality") // compares identity: is it the same view?
  static FileSystem of(FileSystem target, BlockingCalls calls) {
    return target.nonBlocking() == target ? target : new HandedOverFileSystem(target, calls);
  }

  private HandedOverFileSystem(FileSystem target, BlockingCalls calls) {
    super(target);
    this.nonBlocking = target.nonBlocking();
    this.calls = calls;
    this.view = nonBlocking == null ? null : new NonBlockingView(nonBlocking);
  }

  @Override
  protected <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException {
    return call(operation, path, request, _ -> {});
  }

  /**
   * @param discard closes what the call has opened if its requester has stopped waiting
   */
  private <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request, Consumer<T> discard)
      throws FsException {
    if (nonBlocking != null) {
      try {
        return request.on(nonBlocking, path);
      } catch (WouldBlockException _) {
        return handOver(operation, path, request, discard);
      }
    }
    return handOver(operation, path, request, discard);
  }

  private <T extends @Nullable Object> T handOver(
      Operation operation, VfsPath path, Request<T> request, Consumer<T> discard)
      throws FsException {
    return calls.call(
        operation.word(),
        path,
        new BlockingCalls.Call<T>() {
          @Override
          public T make(BlockingCalls.Requester requester) throws FsException {
            return request.on(delegate(), path);
          }

          @Override
          public void discard(T result) {
            discard.accept(result);
          }
        });
  }

  @Override
  protected void move(Operation operation, VfsPath from, VfsPath to, Move move) throws FsException {
    this.<@Nullable Void>call(
        operation,
        from,
        (fs, old) -> {
          move.on(fs, old, to);
          return null;
        });
  }

  /** The error for a requester that has stopped waiting; it is never seen. */
  static FsException left() {
    return new FsException(Errno.EINTR, "the request was cancelled");
  }

  /**
   * The result of a look-up. It has its own buffer, because the requester may have stopped waiting
   * and this thread must then not use the requester's buffer.
   */
  private record Found(@Nullable FileHandle handle, AttributesBuffer attributes) {
    static Found of(FileSystem files, VfsPath path) throws FsException {
      AttributesBuffer own = new AttributesBuffer();
      return new Found(files.find(path, own), own);
    }

    void close() {
      if (handle != null) {
        handle.close();
      }
    }
  }

  @Override
  public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    if (nonBlocking != null) {
      try {
        return nonBlocking.find(path, into);
      } catch (WouldBlockException _) {
        // on a thread that may block
      }
    }
    Found found = handOver(Operation.STAT, path, Found::of, Found::close);
    into.set(found.attributes().toAttributes());
    return found.handle();
  }

  private OpenFile handedOver(OpenFile file, VfsPath path) {
    return new HandedOverFile(file, path, calls);
  }

  private OpenDirectory handedOver(OpenDirectory directory, VfsPath path) {
    return HandedOverDirectory.of(directory, path, calls);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    OpenFile file =
        call(
            Operation.OPEN,
            path,
            (fs, at) -> fs.open(at, options, permissions),
            opened -> opened.abort(left()));
    return handedOver(file, path);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    OpenDirectory directory =
        call(Operation.OPENDIR, path, FileSystem::openDirectory, OpenDirectory::close);
    return handedOver(directory, path);
  }

  /** Copies the value, because a requester that stops waiting may reuse its array. */
  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    super.setXattr(path, name, value.clone(), mode);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // compares identity: is it the same view?
  public FileSystem as(Caller caller) {
    FileSystem other = delegate().as(caller);
    return other == delegate() ? this : of(other, calls);
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    return view;
  }

  /**
   * On a platform thread it closes directly, so that it also works when all threads of the mount
   * hang.
   */
  @Override
  public void close() throws FsException {
    if (Thread.currentThread().isVirtual()) {
      calls.run("close", VfsPath.ROOT, delegate()::close);
    } else {
      super.close();
    }
  }

  /** The non-blocking view. Operations on files that it opens may block. */
  private final class NonBlockingView extends ForwardingFileSystem {
    NonBlockingView(FileSystem nonBlocking) {
      super(nonBlocking);
    }

    @Override
    protected ForwardingFileSystem over(FileSystem other) {
      return new NonBlockingView(other);
    }

    @Override
    public void stat(VfsPath path, AttributesBuffer into) throws FsException {
      delegate().stat(path, into);
    }

    @Override
    public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
      return delegate().find(path, into);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return handedOver(super.open(path, options, permissions), path);
    }

    @Override
    public OpenDirectory openDirectory(VfsPath path) throws FsException {
      return handedOver(super.openDirectory(path), path);
    }

    @Override
    public FileSystem nonBlocking() {
      return this;
    }

    @Override
    public void close() throws FsException {
      HandedOverFileSystem.this.close();
    }
  }
}
