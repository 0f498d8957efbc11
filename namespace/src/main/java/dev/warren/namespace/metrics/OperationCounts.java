package dev.warren.namespace.metrics;

import dev.warren.api.Errno;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often one operation was done, how long it took, and how it failed. Counting takes two
 * additions to cells that threads do not share, and allocates nothing.
 */
public final class OperationCounts {
  /** Upper bounds of the buckets, in nanoseconds: from a look into memory to a slow disk. */
  private static final long[] BOUNDS = {
    10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000L
  };

  private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
  private final LongAdder nanos = new LongAdder();
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

  void failed(long duration, Errno errno) {
    errors.computeIfAbsent(errno, _ -> new LongAdder()).increment();
    done(duration);
  }

  /** The buckets' upper bounds in seconds; the last bucket, which has none, is left out. */
  public static double[] bounds() {
    double[] seconds = new double[BOUNDS.length];
    for (int i = 0; i < BOUNDS.length; i++) {
      seconds[i] = BOUNDS[i] / 1e9;
    }
    return seconds;
  }

  /** How many operations fell into each bucket, the one without a bound at the end. */
  public long[] buckets() {
    long[] counts = new long[buckets.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = buckets[i].sum();
    }
    return counts;
  }

  /** How long all of them took together, in seconds. */
  public double seconds() {
    return nanos.sum() / 1e9;
  }

  /** How many failed, by the error; they are in the buckets too. */
  public Map<Errno, Long> errors() {
    Map<Errno, Long> counts = new TreeMap<>();
    errors.forEach((errno, count) -> counts.put(errno, count.sum()));
    return counts;
  }
}
