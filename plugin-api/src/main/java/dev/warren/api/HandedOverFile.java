package dev.warren.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An open file whose waiting operations are {@link BlockingCalls}. The system must not be given
 * memory that the requester uses again when it leaves: content goes through memory of the thread
 * that makes the call.
 */
final class HandedOverFile extends ForwardingOpenFile {
  /** The most that one call copies. */
  private static final long COPY_PIECE = 256L << 20;

  private final @Nullable OpenFile quick;
  private final VfsPath path;
  private final BlockingCalls calls;
  private final @Nullable QuickView view;
  private volatile boolean ended;

  /**
   * Wraps a file. Also one of which no read or write ever waits: its end may take long, or to
   * change its size.
   */
  HandedOverFile(OpenFile target, VfsPath path, BlockingCalls calls) {
    super(target);
    this.quick = delegate().nonBlocking();
    this.path = path;
    this.calls = calls;
    this.view = quick == null ? null : new QuickView(quick);
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
        operation == Operation.FSTAT ? quick : null, delegate(), calls, operation, path, request);
  }

  /** In pieces, of which only the last is short. */
  @Override
  public int read(ByteBuffer buffer, long offset) throws FsException {
    requireOpen();
    if (quick != null) {
      try {
        return quick.read(buffer, offset);
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
        return done; // the error comes again to whoever reads on
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

  /** In one piece, since what is appended must not be mixed with what others append. */
  @Override
  public int write(ByteBuffer buffer, long offset) throws FsException {
    requireOpen();
    if (quick != null) {
      try {
        return quick.write(buffer, offset);
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
   * Within one mount in pieces, so that nobody who has left keeps a thread for long. To a file of
   * another mount each side makes its own calls: neither holds a thread of its mount while it waits
   * for the other.
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

  /** What a copy within this mount goes to; null for a file of another. */
  private @Nullable OpenFile innermost(OpenFile other) {
    return switch (other) {
      case HandedOverFile file when file.calls.equals(calls) -> file.delegate();
      case QuickView quickView when quickView.file().calls.equals(calls) ->
          quickView.file().delegate();
      default -> null;
    };
  }

  @Override
  public @Nullable OpenFile nonBlocking() {
    return view;
  }

  @Override
  public boolean closesAtOnce() {
    return delegate().closesAtOnce();
  }

  @Override
  public void close() throws FsException {
    if (ended) {
      return;
    }
    ended = true;
    if (quick != null && quick.closesAtOnce()) {
      quick.close();
    } else {
      calls.run("close", path, delegate()::close);
    }
  }

  /** Waits for nobody: who aborts has others to abort, of other mounts. */
  @Override
  public void abort(FsException cause) {
    if (!ended) {
      ended = true;
      calls.start("close", path, () -> delegate().abort(cause));
    }
  }

  /** What can be done at once; the rest is the file's. */
  private final class QuickView extends ForwardingOpenFile {
    QuickView(OpenFile quick) {
      super(quick);
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

    /** A second one does nothing. */
    @Override
    public void close() throws FsException {
      file().close();
    }

    @Override
    public void abort(FsException cause) {
      file().abort(cause);
    }
  }
}
