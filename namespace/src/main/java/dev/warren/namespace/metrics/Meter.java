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
 * Counts the operations of one caller on one mount, and logs them at debug level: the access log.
 *
 * <p>Reading the clock twice takes longer than all the counting, and a tenth of the time of the
 * fastest operation. Therefore only every 16th non-blocking operation is timed, and every blocking
 * one.
 */
public sealed class Meter {
  private static final Logger log = LoggerFactory.getLogger("access");

  /** The start time of an operation that is not timed. */
  public static final long UNTIMED = Long.MIN_VALUE;

  private static final int EVERY = 16;

  /** Neither counts nor logs: for the host's own operations. */
  public static final Meter NONE = new None();

  private final ProtocolCounts counts;
  private final Caller caller;
  private final VfsPath mount;
  private final Meter forNonBlocking;

  /** Not synchronised: updates may be lost, so approximately every 16th operation is timed. */
  private int turn;

  Meter(ProtocolCounts counts, Caller caller, VfsPath mount) {
    this.counts = counts;
    this.caller = caller;
    this.mount = mount;
    this.forNonBlocking = new Meter(this);
  }

  private Meter(Meter all) {
    this.counts = all.counts;
    this.caller = all.caller;
    this.mount = all.mount;
    this.forNonBlocking = this;
  }

  /** The meter for non-blocking operations. */
  public Meter forNonBlocking() {
    return forNonBlocking;
  }

  /** Returns the current time, or {@link #UNTIMED}. */
  @SuppressWarnings("ReferenceEquality") // compares with itself by identity
  public long start() {
    return forNonBlocking != this || (turn++ & (EVERY - 1)) == 0 || log.isDebugEnabled()
        ? System.nanoTime()
        : UNTIMED;
  }

  /**
   * Records that an operation succeeded.
   *
   * @param start from {@link #start}
   * @param path relative to the mount
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

  /**
   * Records that an operation failed. An operation that would have blocked is not counted: it is
   * repeated.
   */
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
    public Meter forNonBlocking() {
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
