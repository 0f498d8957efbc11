package dev.warren.bench.sftp;

import java.util.Arrays;

/** The operations that succeeded, and how long each took. Not thread-safe. */
final class Tally {
  private long[] nanos = new long[1024];
  private int operations;
  private long bytes;
  private long took;

  void operation(long nanosTaken, int bytesMoved) {
    if (operations == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * operations);
    }
    nanos[operations++] = nanosTaken;
    bytes += bytesMoved;
  }

  void add(Tally other) {
    for (int i = 0; i < other.operations; i++) {
      operation(other.nanos[i], 0);
    }
    bytes += other.bytes;
  }

  void took(long allNanos) {
    took = allNanos;
  }

  double seconds() {
    return took / 1e9;
  }

  int operations() {
    return operations;
  }

  long bytes() {
    return bytes;
  }

  /** A quantile of the latency. */
  long microseconds(double fraction) {
    if (operations == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(nanos, operations);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(operations - 1, (long) (operations * fraction))] / 1000;
  }
}
