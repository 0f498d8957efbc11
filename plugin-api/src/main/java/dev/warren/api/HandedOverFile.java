package dev.warren.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An open file whose blocking operations run through {@link BlockingCalls}. A requester that stops
 * waiting may reuse its buffer, so the system call must not access it: content is copied through a
 * buffer of the thread that runs the call.
 */
final class HandedOverFile extends ForwardingOpenFile {
  /** How many bytes one call copies at most. */
  private static final long COPY_PIECE = 256L << 20;

  private final @Nullable OpenFile nonBlocking;
  private final VfsPath path;
  private final BlockingCalls calls;
  private final @Nullable NonBlockingView view;
  private volatile boolean ended;

  /**
   * Wraps a file, even if its reads and writes never block: closing it or changing its size may
   * still take long.
   */
  HandedOverFile(OpenFile target, VfsPath path, BlockingCalls calls) {
    super(target);
    this.nonBlocking = delegate().nonBlocking();
    this.path = path;
    this.calls = calls;
    this.view = nonBlocking == null ? null : new NonBlockingView(nonBlocking);
  }

  private void requireOpen() throws FsException {
    if (ended) {
      throw new FsException(Errno.EBADF);
    }
  }

  @Override
  protected <R extends @Nullable Object> R call(Operation operation, Request<OpenFile, R> request)
      throws FsException {
    requireOpen();
    return HandOver.make(
        operation == Operation.FSTAT ? nonBlocking : null,
        delegate(),
        calls,
        operation,
        path,
        request);
  }

  /** Reads in pieces; only the last can be short. */
  @Override
  public int read(ByteBuffer buffer, long offset) throws FsException {
    requireOpen();
    if (nonBlocking != null) {
      try {
        return nonBlocking.read(buffer, offset);
      } catch (WouldBlockException _) {
        return readPieces(buffer, offset);
      }
    }
    return readPieces(buffer, offset);
  }

  private int readPieces(ByteBuffer buffer, long offset) throws FsException {
    int done = 0;
    do {
      int want = Math.min(buffer.remaining(), BounceBuffer.LARGEST);
      int read;
      try {
        long position = offset + done;
        read = calls.call("read", path, requester -> readPiece(requester, buffer, want, position));
      } catch (FsException e) {
        if (done == 0) {
          throw e;
        }
        return done; // the error occurs again when the caller continues to read
      }
      done += read;
      if (read < want) {
        return done;
      }
    } while (buffer.hasRemaining());
    return done;
  }

  private int readPiece(
      BlockingCalls.Requester requester, ByteBuffer buffer, int want, long position)
      throws FsException {
    if (!requester.mayLeave()) {
      return delegate().read(buffer, position);
    }
    ByteBuffer bounce = BounceBuffer.ofThread(want);
    int read = delegate().read(bounce, position);
    boolean _ =
        requester.ask(
            () -> {
              buffer.put(bounce.flip());
              return true;
            });
    return read;
  }

  /**
   * Writes in one piece, because appended content must not be interleaved with that of other
   * writers.
   */
  @Override
  public int write(ByteBuffer buffer, long offset) throws FsException {
    requireOpen();
    if (nonBlocking != null) {
      try {
        return nonBlocking.write(buffer, offset);
      } catch (WouldBlockException _) {
        return calls.call("write", path, requester -> write(requester, buffer, offset));
      }
    }
    return calls.call("write", path, requester -> write(requester, buffer, offset));
  }

  private int write(BlockingCalls.Requester requester, ByteBuffer buffer, long offset)
      throws FsException {
    if (!requester.mayLeave()) {
      return delegate().write(buffer, offset);
    }
    ByteBuffer[] copy = new ByteBuffer[1];
    boolean copied =
        requester.ask(
            () -> {
              copy[0] = BounceBuffer.copyOf(buffer);
              return true;
            });
    if (!copied) {
      throw HandedOverFileSystem.left();
    }
    int written = delegate().write(copy[0], offset);
    boolean _ =
        requester.ask(
            () -> {
              buffer.position(buffer.position() + written);
              return true;
            });
    return written;
  }

  /**
   * Copies within one mount in pieces, so that a cancelled copy does not occupy a thread for long.
   * For a copy to another mount, each side makes its own calls: neither occupies a thread of its
   * mount while it waits for the other.
   */
  @Override
  public long copyTo(long offset, long count, OpenFile other, long otherOffset) throws FsException {
    requireOpen();
    OpenFile inner = innermost(other);
    if (inner == null) {
      return Copies.copy(this, offset, count, other, otherOffset);
    }
    long done = 0;
    do {
      long from = done;
      long want = Math.min(count - done, COPY_PIECE);
      long copied;
      try {
        copied =
            calls.call(
                "copy",
                path,
                _ -> delegate().copyTo(offset + from, want, inner, otherOffset + from));
      } catch (FsException e) {
        if (done == 0) {
          throw e;
        }
        return done;
      }
      done += copied;
      if (copied < want) {
        return done;
      }
    } while (done < count);
    return done;
  }

  /** Returns the inner file of a target in this mount; null for a file of another mount. */
  private @Nullable OpenFile innermost(OpenFile other) {
    return switch (other) {
      case HandedOverFile file when file.calls.equals(calls) -> file.delegate();
      case NonBlockingView nonBlockingView when nonBlockingView.file().calls.equals(calls) ->
          nonBlockingView.file().delegate();
      default -> null;
    };
  }

  @Override
  public @Nullable OpenFile nonBlocking() {
    return view;
  }

  @Override
  public boolean isCloseNonBlocking() {
    return delegate().isCloseNonBlocking();
  }

  @Override
  public void close() throws FsException {
    if (ended) {
      return;
    }
    ended = true;
    if (nonBlocking != null && nonBlocking.isCloseNonBlocking()) {
      nonBlocking.close();
    } else {
      calls.run("close", path, delegate()::close);
    }
  }

  /** Does not wait: the caller may have to abort files of other mounts as well. */
  @Override
  public void abort(FsException cause) {
    if (!ended) {
      ended = true;
      calls.start("close", path, () -> delegate().abort(cause));
    }
  }

  /**
   * Performs the operations that can complete without blocking; the file itself performs all
   * others.
   */
  private final class NonBlockingView extends ForwardingOpenFile {
    NonBlockingView(OpenFile nonBlocking) {
      super(nonBlocking);
    }

    private HandedOverFile file() {
      return HandedOverFile.this;
    }

    @Override
    protected <R extends @Nullable Object> R call(Operation operation, Request<OpenFile, R> request)
        throws FsException {
      requireOpen();
      return switch (operation) {
        case READ, WRITE, FSTAT -> request.on(delegate());
        default -> request.on(file());
      };
    }

    @Override
    public void stat(AttributesBuffer into) throws FsException {
      requireOpen();
      delegate().stat(into);
    }

    @Override
    public long copyTo(long offset, long count, OpenFile other, long otherOffset)
        throws FsException {
      return file().copyTo(offset, count, other, otherOffset);
    }

    @Override
    public OpenFile nonBlocking() {
      return this;
    }

    /** The caller has checked {@link #isCloseNonBlocking()}. Closing a second time does nothing. */
    @Override
    public void close() throws FsException {
      if (!ended) {
        ended = true;
        delegate().close();
      }
    }

    @Override
    public void abort(FsException cause) {
      file().abort(cause);
    }
  }
}
