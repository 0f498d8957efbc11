package dev.warren.namespace.metrics;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what one caller asks one mount for, and logs it at debug: the access log. */
final class Meter {
  private static final Logger log = LoggerFactory.getLogger("access");

  private final ProtocolCounts counts;
  private final Caller caller;
  private final VfsPath mount;

  Meter(ProtocolCounts counts, Caller caller, VfsPath mount) {
    this.counts = counts;
    this.caller = caller;
    this.mount = mount;
  }

  Caller caller() {
    return caller;
  }

  static long start() {
    return System.nanoTime();
  }

  /**
   * An operation was done.
   *
   * @param start from {@link #start}
   * @param path the mount's
   */
  void done(Operation operation, long start, VfsPath path) {
    long duration = System.nanoTime() - start;
    counts.of(operation).done(duration);
    if (log.isDebugEnabled()) {
      write(operation, path, duration, null);
    }
  }

  /** An operation failed. One that would have had to wait was none: it is asked for again. */
  void failed(Operation operation, long start, VfsPath path, Throwable failure) {
    if (failure instanceof WouldBlockException) {
      return;
    }
    long duration = System.nanoTime() - start;
    Errno errno = Errno.of(failure);
    counts.of(operation).failed(duration, errno);
    if (log.isDebugEnabled()) {
      write(operation, path, duration, errno);
    }
  }

  void read(long bytes) {
    counts.read(bytes);
  }

  void written(long bytes) {
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
}
