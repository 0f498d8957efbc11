package dev.warren.server.log;

import dev.warren.admin.LogTail;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Keeps the end of the log in memory. When it is full, the older half is dropped at once, so that a
 * client that follows it as a file sees an occasional truncation instead of a file that changes all
 * the time. Thread-safe.
 */
public final class LogMemory implements LogTail {
  /** The capacity in bytes. */
  static final int CAPACITY = 512 * 1024;

  /** The log of this process. */
  public static final LogMemory PROCESS = new LogMemory(CAPACITY);

  private final int capacity;
  private byte[] bytes = new byte[8 * 1024];
  private int length;
  private long start;
  private Instant modified = Instant.EPOCH;

  /**
   * @param capacity at least 2, in bytes
   */
  LogMemory(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Adds a line with its line break. A line longer than half of the capacity loses its beginning.
   */
  synchronized void add(byte[] line, Instant at) {
    int longest = capacity / 2;
    int from = Math.max(0, line.length - longest);
    int count = line.length - from;
    if (length + count > capacity) {
      forget(length + count - longest);
    }
    if (length + count > bytes.length) {
      byte[] larger = new byte[Math.min(capacity, Math.max(length + count, bytes.length * 2))];
      System.arraycopy(bytes, 0, larger, 0, length);
      bytes = larger;
    }
    System.arraycopy(line, from, bytes, length, count);
    length += count;
    modified = at;
  }

  /** Drops at least {@code atLeast} bytes, up to the end of a line. */
  private void forget(int atLeast) {
    int cut = Math.min(length, atLeast);
    while (cut < length && bytes[cut - 1] != '\n') {
      cut++;
    }
    length -= cut;
    System.arraycopy(bytes, cut, bytes, 0, length);
    start += cut;
  }

  @Override
  public synchronized long start() {
    return start;
  }

  @Override
  public synchronized long end() {
    return start + length;
  }

  @Override
  public synchronized Instant modified() {
    return modified;
  }

  @Override
  public synchronized int read(long position, ByteBuffer target) {
    long from = Math.max(position, start) - start;
    int count = (int) Math.min(target.remaining(), length - Math.min(from, length));
    target.put(bytes, (int) Math.min(from, length), count);
    return count;
  }
}
