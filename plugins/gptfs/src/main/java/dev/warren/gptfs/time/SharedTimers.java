package dev.warren.gptfs.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Timers whose {@link #instant} is the time of a clock that all hosts share, as far as this host
 * knows it: times that one host stores are compared by another one, whose own clock may differ.
 * Thread-safe.
 */
public final class SharedTimers implements Timers {
  /** Smaller differences may be due to the time that a reading takes, and change nothing. */
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  private final Timers timers;
  private volatile Duration ahead;

  /** Shows this host's own time until the first call of {@link #set}. */
  public SharedTimers(Timers timers) {
    this.timers = timers;
    ahead = Duration.between(timers.steady(), timers.instant());
  }

  /**
   * Adopts the shared clock's time. Call it regularly: this host's clock may be too fast or slow.
   *
   * @param time what the shared clock has just shown
   */
  public void set(Instant time) {
    Duration now = Duration.between(timers.steady(), time);
    if (now.minus(ahead).abs().compareTo(TOLERANCE) > 0) {
      ahead = now;
    }
  }

  @Override
  public Instant instant() {
    return timers.steady().plus(ahead);
  }

  @Override
  public Instant steady() {
    return timers.steady();
  }

  @Override
  public Pending schedule(Duration delay, Runnable task) {
    return timers.schedule(delay, task);
  }

  @Override
  public void close() {
    timers.close();
  }
}
