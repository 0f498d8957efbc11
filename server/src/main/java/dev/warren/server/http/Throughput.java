package dev.warren.server.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Operations and bytes per second over the last minutes. Thread-safe. */
final class Throughput {
  private static final Logger log = LoggerFactory.getLogger(Throughput.class);

  /** The interval between calls of {@link #sample}. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  /** The number of intervals that are kept: ten minutes. */
  static final int KEPT = 120;

  /**
   * The rates of one interval, each per second.
   *
   * @param at the end of the interval
   */
  record Rate(Instant at, double operations, double bytesRead, double bytesWritten) {}

  private final Supplier<Totals> totals;
  private final InstantSource clock;
  private final Deque<Rate> rates = new ArrayDeque<>();
  private Instant last;
  private Totals before;

  Throughput(Supplier<Totals> totals, InstantSource clock) {
    this.totals = totals;
    this.clock = clock;
    last = clock.instant();
    before = totals.get();
  }

  /**
   * Calls {@link #sample} for a scheduler, which would silently stop calling a task that fails
   * once. After a failure the next sample covers a longer interval.
   */
  void tick() {
    try {
      sample();
    } catch (RuntimeException | Error e) {
      log.error("the throughput of the mounts cannot be measured", e);
    }
  }

  /** Ends an interval. Totals that decreased, because a mount was removed, count as unchanged. */
  synchronized void sample() {
    Instant now = clock.instant();
    double seconds = Duration.between(last, now).toNanos() / 1e9;
    Totals after = totals.get();
    if (seconds > 0) {
      rates.add(
          new Rate(
              now,
              Math.max(0, after.operations() - before.operations()) / seconds,
              Math.max(0, after.bytesRead() - before.bytesRead()) / seconds,
              Math.max(0, after.bytesWritten() - before.bytesWritten()) / seconds));
    }
    if (rates.size() > KEPT) {
      rates.remove();
    }
    last = now;
    before = after;
  }

  /** The rates, oldest first. */
  synchronized List<Rate> rates() {
    return List.copyOf(rates);
  }
}
