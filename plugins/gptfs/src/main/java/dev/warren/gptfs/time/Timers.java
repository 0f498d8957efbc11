package dev.warren.gptfs.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The clock and what happens later. Thread-safe. */
public interface Timers extends InstantSource, AutoCloseable {
  /**
   * A time that goes on evenly, whatever somebody sets the clock to: for delays. {@link #instant}
   * is for people.
   */
  Instant steady();

  /**
   * Runs a task once, on a thread of its own that may wait.
   *
   * @param delay from now, at least 0; 0 is as soon as possible but never on the calling thread
   */
  Pending schedule(Duration delay, Runnable task);

  /** Drops what has not begun. */
  @Override
  void close();

  /** A task that is still to come. */
  interface Pending {
    /** Withdraws the task; does nothing if it has begun. */
    void cancel();
  }
}
