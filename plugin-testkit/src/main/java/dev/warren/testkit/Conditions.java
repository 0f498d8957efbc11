package dev.warren.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for what other threads do, with an end for tests that would hang. */
public final class Conditions {
  /** After this long a wait is a failure. */
  public static final Duration LIMIT = Duration.ofSeconds(30);

  private Conditions() {}

  /**
   * Waits until a condition holds; it is looked at under the monitor, and again whenever the
   * monitor is notified.
   *
   * @param situation what to say about the state when the condition does not come to hold
   * @throws IllegalStateException if it does not hold within {@link #LIMIT}
   */
  public static void await(Object monitor, BooleanSupplier condition, Supplier<String> situation) {
    long end = System.nanoTime() + LIMIT.toNanos();
    synchronized (monitor) {
      while (!condition.getAsBoolean()) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new IllegalStateException("waited in vain; " + situation.get());
        }
        try {
          monitor.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while waiting; " + situation.get(), e);
        }
      }
    }
  }

  /**
   * Waits until something that tells nobody of its changes has changed, by looking again and again
   * with growing pauses.
   *
   * @throws IllegalStateException if it does not happen within {@link #LIMIT}
   */
  public static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    long pauseMillis = 1;
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("waited in vain");
      }
      Thread.sleep(pauseMillis);
      pauseMillis = Math.min(50, pauseMillis * 2);
    }
  }
}
