package dev.warren.namespace;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An open file of a mount: its requests are counted, its ids are the namespace's, its failures are
 * answers, and it ends with the mount.
 */
final class MountedFile implements OpenFile {
  private final Mount mount;
  private final Use use;

  /** Where reads and writes go: the file, or its non-blocking view. */
  private final OpenFile file;

  private final @Nullable MountedFile nonBlocking;

  private enum State {
    OPEN,
    CLOSED,
    /** By the mount; the client has not heard of it yet. */
    ABORTED
  }

  /** The file's use by the client, one for the file and its non-blocking view. */
  private static final class Use implements Mount.Handle {
    private final Mount mount;
    private final OpenFile file;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    Use(Mount mount, OpenFile file) {
      this.mount = mount;
      this.file = file;
    }

    /** Whether this call is the one that ends the use. */
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
   * Wraps what a plugin opened, within the request that opened it.
   *
   * @throws FsException EIO if the mount has gone meanwhile; the file is aborted
   */
  static OpenFile open(Mount mount, OpenFile file) throws FsException {
    Use use = new Use(mount, file);
    mount.opened(use);
    OpenFile quick = file.nonBlocking();
    return new MountedFile(
        mount, use, file, quick == null ? null : new MountedFile(mount, use, quick));
  }

  private MountedFile(Mount mount, Use use, OpenFile file, @Nullable MountedFile nonBlocking) {
    this.mount = mount;
    this.use = use;
    this.file = file;
    this.nonBlocking = nonBlocking;
  }

  private MountedFile(Mount mount, Use use, OpenFile nonBlockingFile) {
    this.mount = mount;
    this.use = use;
    this.file = nonBlockingFile;
    this.nonBlocking = this;
  }

  private void enter() throws FsException {
    if (!mount.gate().enter()) {
      throw use.state.get() == State.CLOSED ? new FsException(Errno.EBADF) : mount.gone();
    }
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    enter();
    try {
      return file.read(target, offset);
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    enter();
    try {
      return file.write(source, offset);
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    enter();
    try {
      return mount.visible(file.stat());
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    enter();
    try {
      file.stat(into);
      mount.makeVisible(into);
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    enter();
    try {
      file.setAttributes(changes);
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void truncate(long size) throws FsException {
    enter();
    try {
      file.truncate(size);
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    enter();
    try {
      file.sync(dataOnly);
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  /** A plugin gets its own file as the target where it can, so that it can copy inside. */
  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    OpenFile inner =
        target instanceof MountedFile other && other.mount == mount ? other.file : target;
    enter();
    try {
      return file.copyTo(offset, count, inner, targetOffset);
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public @Nullable OpenFile nonBlocking() {
    return nonBlocking;
  }

  @Override
  public boolean closesAtOnce() {
    return file.closesAtOnce();
  }

  /** EIO if the mount has aborted the file: what the client wanted committed was not. */
  @Override
  public void close() throws FsException {
    if (!mount.gate().enterToClose()) {
      boolean lost = use.end(State.CLOSED) || use.state.compareAndSet(State.ABORTED, State.CLOSED);
      if (lost && mount.hasClients()) {
        throw mount.gone();
      }
      return;
    }
    try {
      if (use.end(State.CLOSED)) {
        file.close();
      } else if (use.state.compareAndSet(State.ABORTED, State.CLOSED) && mount.hasClients()) {
        throw mount.gone();
      }
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void abort(FsException cause) {
    boolean entered = mount.gate().enterToClose();
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
