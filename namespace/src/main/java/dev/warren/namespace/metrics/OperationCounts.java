package dev.warren.namespace.metrics;

import dev.warren.api.Errno;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/**
 * How often one operation was done, how long it took, and how it failed. Counting takes an addition
 * or two to cells that threads do not share, and allocates nothing.
 */
public final class OperationCounts {
  /** Upper bounds of the buckets, in nanoseconds: from a look into memory to a slow disk. */
  private static final long[] BOUNDS = {
    10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000L
  };

  private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
  private final LongAdder nanos = new LongAdder();
  private final LongAdder untimed = new LongAdder();
  private final ConcurrentMap<Errno, LongAdder> errors = new ConcurrentHashMap<>();

  OperationCounts() {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  void done(long duration) {
    int bucket = 0;
    while (bucket < BOUNDS.length && duration > BOUNDS[bucket]) {
      bucket++;
    }
    buckets[bucket].increment();
    nanos.add(duration);
  }

  /** One that nobody timed. */
  void done() {
    untimed.increment();
  }

  /** One failed; it is also told as done. */
  void failed(Errno errno) {
    errors.computeIfAbsent(errno, _ -> new LongAdder()).increment();
  }

  /** How many operations there were, timed or not. */
  public long count() {
    return LongStream.of(buckets()).sum() + untimed.sum();
  }

  /** The buckets' upper bounds in seconds; the last bucket, which has none, is left out. */
  public static double[] bounds() {
    double[] seconds = new double[BOUNDS.length];
    for (int i = 0; i < BOUNDS.length; i++) {
      seconds[i] = BOUNDS[i] / 1e9;
    }
    return seconds;
  }

  /**
   * How many operations that were timed fell into each bucket, the one without a bound at the end.
   */
  public long[] buckets() {
    long[] counts = new long[buckets.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = buckets[i].sum();
    }
    return counts;
  }

  /** How long those took together, in seconds. */
  public double seconds() {
    return nanos.sum() / 1e9;
  }

  /** How many failed, by the error; they are among the count. */
  public Map<Errno, Long> errors() {
    Map<Errno, Long> counts = new TreeMap<>();
    errors.forEach((errno, count) -> counts.put(errno, count.sum()));
    return counts;
  }
}
