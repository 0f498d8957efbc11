package dev.warren.namespace.metrics;

import dev.warren.api.Errno;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/**
 * How often one operation was performed, how long it took, and how it failed. Counting costs one or
 * two additions to cells that threads do not share, and allocates nothing.
 */
public final class OperationCounts {
  /** Upper bounds of the buckets, in nanoseconds: from a memory access to a slow disk. */
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

  /** Counts an operation that was not timed. */
  void done() {
    untimed.increment();
  }

  /** Counts a failure; the operation is also counted by {@link #done}. */
  void failed(Errno errno) {
    errors.computeIfAbsent(errno, _ -> new LongAdder()).increment();
  }

  /** How many operations were performed, timed or not. */
  public long count() {
    return LongStream.of(buckets()).sum() + untimed.sum();
  }

  /** The upper bounds of the buckets in seconds, without the last bucket, which has none. */
  public static double[] bounds() {
    double[] seconds = new double[BOUNDS.length];
    for (int i = 0; i < BOUNDS.length; i++) {
      seconds[i] = BOUNDS[i] / 1e9;
    }
    return seconds;
  }

  /** How many timed operations fell into each bucket; the last bucket has no upper bound. */
  public long[] buckets() {
    long[] counts = new long[buckets.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = buckets[i].sum();
    }
    return counts;
  }

  /** The total duration of the timed operations, in seconds. */
  public double seconds() {
    return nanos.sum() / 1e9;
  }

  /** How many operations failed, by error; they are included in the count. */
  public Map<Errno, Long> errors() {
    Map<Errno, Long> counts = new TreeMap<>();
    errors.forEach((errno, count) -> counts.put(errno, count.sum()));
    return counts;
  }
}
