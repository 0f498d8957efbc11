package dev.warren.gptfs.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock, and tasks that run later. Thread-safe. */
public interface Timers extends InstantSource, AutoCloseable {
  /**
   * A monotonic time, for delays: setting the system's clock does not change it. {@link #instant}
   * is the time for users.
   */
  Instant steady();

  /**
   * Runs a task once, on another thread, where it may block.
   *
   * @param delay from now, at least 0; 0 is as soon as possible but never on the calling thread
   */
  Pending schedule(Duration delay, Runnable task);

  /** Drops the tasks that have not begun. */
  @Override
  void close();

  /** A scheduled task. */
  interface Pending {
    /** Drops the task; does nothing if it has begun. */
    void cancel();
  }
}
