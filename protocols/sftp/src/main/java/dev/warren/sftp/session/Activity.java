package dev.warren.sftp.session;

import dev.warren.api.Metrics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The activity of the sessions of one connection. Thread-safe. */
public final class Activity {
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();
  private final AtomicInteger openHandles = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile long lastEnd = System.nanoTime();
  private final Metrics.Counter allRead;
  private final Metrics.Counter allWritten;
  private final Metrics.Counter requests;

  /** Creates an activity that also counts in the front end's metrics. */
  public Activity(Metrics metrics) {
    metrics.describe("sftp_read_bytes", "bytes of files that clients read");
    metrics.describe("sftp_written_bytes", "bytes of files that clients wrote");
    metrics.describe("sftp_requests", "SFTP requests");
    allRead = metrics.counter("sftp_read_bytes");
    allWritten = metrics.counter("sftp_written_bytes");
    requests = metrics.counter("sftp_requests");
  }

  /** Bytes of file content that the client has read. */
  public long bytesRead() {
    return bytesRead.sum();
  }

  /** Bytes of file content that the client has written. */
  public long bytesWritten() {
    return bytesWritten.sum();
  }

  /** Number of open files and directories. */
  public int openHandles() {
    return openHandles.get();
  }

  /** Whether a call to the file system is in flight. */
  public boolean isBusy() {
    return calls.get() > 0;
  }

  /**
   * Whether the client has a handle, and a call to the file system that may block is in flight or
   * ended not longer ago than {@code recently}.
   */
  public boolean usesHandles(Duration recently) {
    return openHandles() > 0 && (isBusy() || System.nanoTime() - lastEnd <= recently.toNanos());
  }

  void callBegins() {
    calls.incrementAndGet();
  }

  void callEnds() {
    lastEnd = System.nanoTime();
    calls.decrementAndGet();
  }

  void request() {
    requests.increment();
  }

  void read(long bytes) {
    bytesRead.add(bytes);
    allRead.add((double) bytes);
  }

  void written(long bytes) {
    bytesWritten.add(bytes);
    allWritten.add((double) bytes);
  }

  void opened() {
    openHandles.incrementAndGet();
  }

  void closed() {
    openHandles.decrementAndGet();
  }
}
