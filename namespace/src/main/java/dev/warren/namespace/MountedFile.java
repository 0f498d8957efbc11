package dev.warren.namespace;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.namespace.metrics.Meter;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An open file of a mount. It counts requests, translates file ids and errors, and ends with the
 * mount.
 */
final class MountedFile extends ForwardingOpenFile {
  private final Mount mount;
  private final Use use;
  private final Meter meter;

  /** The path relative to the mount when the file was opened. */
  private final VfsPath path;

  private enum State {
    OPEN,
    CLOSED,
    /** Aborted by the mount; the client does not know yet. */
    ABORTED
  }

  /** The client's use of the file, shared by the file and its non-blocking view. */
  private static final class Use implements Mount.Handle {
    private final Mount mount;
    private final OpenFile file;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    Use(Mount mount, OpenFile file) {
      this.mount = mount;
      this.file = file;
    }

    /** Ends the use; returns whether this call was the one that ended it. */
    boolean end(State how) {
      if (!state.compareAndSet(State.OPEN, how)) {
        return false;
      }
      mount.closed(this);
      return true;
    }

    @Override
    public void unmounted(FsException cause) {
      if (end(State.ABORTED)) {
        abort(cause);
      }
    }

    void abort(FsException cause) {
      try {
        file.abort(cause);
      } catch (Throwable t) {
        mount.failures().report(mount.failure(t));
      }
    }
  }

  /**
   * Wraps a file that a plugin opened, within the request that opened it.
   *
   * @param path the path relative to the mount
   * @throws FsException EIO if it has been unmounted meanwhile; the file is aborted
   */
  static OpenFile open(Mount mount, OpenFile file, Meter meter, VfsPath path) throws FsException {
    Use use = new Use(mount, file);
    mount.opened(use);
    return new MountedFile(mount, use, file, meter, path);
  }

  /**
   * @param file receives reads and writes: the opened file or its non-blocking view
   */
  private MountedFile(Mount mount, Use use, OpenFile file, Meter meter, VfsPath path) {
    super(file);
    this.mount = mount;
    this.use = use;
    this.meter = meter;
    this.path = path;
  }

  @Override
  protected ForwardingOpenFile over(OpenFile view) {
    return new MountedFile(mount, use, view, meter.forNonBlocking(), path);
  }

  /** Returns the time at which the request began. */
  private long enter() throws FsException {
    if (!mount.counter().enter()) {
      throw use.state.get() == State.CLOSED ? new FsException(Errno.EBADF) : mount.gone();
    }
    return meter.start();
  }

  private FsException failure(Operation operation, long start, Throwable failure) {
    meter.failed(operation, start, path, failure);
    return mount.failure(failure);
  }

  @Override
  protected <R extends @Nullable Object> R call(Operation operation, Request<OpenFile, R> request)
      throws FsException {
    long start = enter();
    try {
      R result = request.on(delegate());
      meter.done(operation, start, path);
      return result;
    } catch (Throwable t) {
      throw failure(operation, start, t);
    } finally {
      mount.leave();
    }
  }

  // The most frequent operations are written out here, because a lambda that captures the buffer
  // would be garbage.

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    long start = enter();
    try {
      int count = delegate().read(target, offset);
      meter.done(Operation.READ, start, path);
      meter.read(Math.max(0, count));
      return count;
    } catch (Throwable t) {
      throw failure(Operation.READ, start, t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    long start = enter();
    try {
      int count = delegate().write(source, offset);
      meter.done(Operation.WRITE, start, path);
      meter.written(count);
      return count;
    } catch (Throwable t) {
      throw failure(Operation.WRITE, start, t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    long start = enter();
    try {
      delegate().stat(into);
      mount.makeVisible(into);
      meter.done(Operation.FSTAT, start, path);
    } catch (Throwable t) {
      throw failure(Operation.FSTAT, start, t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    return mount.visible(super.stat());
  }

  /** The plugin receives its own file as the target, so that it can copy within its file system. */
  @Override
  protected OpenFile behind(ForwardingOpenFile target) {
    return target instanceof MountedFile other && other.mount == mount
        ? super.behind(target)
        : target;
  }

  /** Fails with EIO if the mount has aborted the file: the client's content was not committed. */
  @Override
  public void close() throws FsException {
    if (!mount.counter().enterToClose()) {
      boolean lost = use.end(State.CLOSED) || use.state.compareAndSet(State.ABORTED, State.CLOSED);
      if (lost && mount.hasClients()) {
        throw mount.gone();
      }
      return;
    }
    long start = meter.start();
    try {
      if (use.end(State.CLOSED)) {
        delegate().close();
        meter.done(Operation.CLOSE, start, path);
      } else if (use.state.compareAndSet(State.ABORTED, State.CLOSED) && mount.hasClients()) {
        throw mount.gone();
      }
    } catch (Throwable t) {
      throw failure(Operation.CLOSE, start, t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void abort(FsException cause) {
    boolean entered = mount.counter().enterToClose();
    try {
      if (entered && use.end(State.CLOSED)) {
        use.abort(cause);
      }
    } finally {
      if (entered) {
        mount.leave();
      }
    }
  }
}
