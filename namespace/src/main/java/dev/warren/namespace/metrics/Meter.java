package dev.warren.namespace.metrics;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what one caller asks one mount for, and logs it at debug: the access log.
 *
 * <p>To read the clock twice takes longer than all the counting, and a tenth of what the quickest
 * request takes. So of the operations that never wait every 16th is timed; of the others, all.
 */
public sealed class Meter {
  private static final Logger log = LoggerFactory.getLogger("access");

  /** In place of a time: this operation is not timed. */
  public static final long UNTIMED = Long.MIN_VALUE;

  private static final int EVERY = 16;

  /** Neither counts nor logs: for what the host itself asks for. */
  public static final Meter NONE = new None();

  private final ProtocolCounts counts;
  private final Caller caller;
  private final VfsPath mount;
  private final Meter forQuick;

  /** Threads may lose each other's steps: then it is about every 16th. */
  private int turn;

  Meter(ProtocolCounts counts, Caller caller, VfsPath mount) {
    this.counts = counts;
    this.caller = caller;
    this.mount = mount;
    this.forQuick = new Meter(this);
  }

  private Meter(Meter all) {
    this.counts = all.counts;
    this.caller = all.caller;
    this.mount = all.mount;
    this.forQuick = this;
  }

  /** The meter for what never waits. */
  public Meter forQuick() {
    return forQuick;
  }

  /** Now, or {@link #UNTIMED}. */
  @SuppressWarnings("ReferenceEquality") // of itself
  public long start() {
    return forQuick != this || (turn++ & (EVERY - 1)) == 0 || log.isDebugEnabled()
        ? System.nanoTime()
        : UNTIMED;
  }

  /**
   * An operation was done.
   *
   * @param start from {@link #start}
   * @param path the mount's
   */
  public void done(Operation operation, long start, VfsPath path) {
    if (start == UNTIMED) {
      counts.of(operation).done();
      return;
    }
    long duration = System.nanoTime() - start;
    counts.of(operation).done(duration);
    if (log.isDebugEnabled()) {
      write(operation, path, duration, null);
    }
  }

  /** An operation failed. One that would have had to wait was none: it is asked for again. */
  public void failed(Operation operation, long start, VfsPath path, Throwable failure) {
    if (failure instanceof WouldBlockException) {
      return;
    }
    Errno errno = Errno.of(failure);
    counts.of(operation).failed(errno);
    if (start == UNTIMED) {
      counts.of(operation).done();
      return;
    }
    long duration = System.nanoTime() - start;
    counts.of(operation).done(duration);
    if (log.isDebugEnabled()) {
      write(operation, path, duration, errno);
    }
  }

  public void read(long bytes) {
    counts.read(bytes);
  }

  public void written(long bytes) {
    counts.written(bytes);
  }

  private void write(Operation operation, VfsPath path, long duration, @Nullable Errno errno) {
    log.atDebug()
        .addKeyValue("operation", operation.word())
        .addKeyValue("path", path.rebase(VfsPath.ROOT, mount).toString())
        .addKeyValue("result", errno == null ? "ok" : errno.name())
        .addKeyValue("microseconds", duration / 1000)
        .addKeyValue("protocol", caller.protocol())
        .addKeyValue("user", caller.user())
        .addKeyValue("remote", String.valueOf(caller.remoteAddress()))
        .log("access:");
  }

  private static final class None extends Meter {
    None() {
      super(new ProtocolCounts(), Caller.HOST, VfsPath.ROOT);
    }

    @Override
    public Meter forQuick() {
      return this;
    }

    @Override
    public long start() {
      return UNTIMED;
    }

    @Override
    public void done(Operation operation, long start, VfsPath path) {}

    @Override
    public void failed(Operation operation, long start, VfsPath path, Throwable failure) {}

    @Override
    public void read(long bytes) {}

    @Override
    public void written(long bytes) {}
  }
}
