package dev.warren.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for actions of other threads, with a limit for tests that would hang. */
public final class Conditions {
  /** A wait that takes longer than this fails. */
  public static final Duration LIMIT = Duration.ofSeconds(30);

  private Conditions() {}

  /**
   * Waits until a condition holds; it is evaluated under the monitor, and again whenever the
   * monitor is notified.
   *
   * @param situation describes the state if the condition does not become true
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
   * Waits until a condition holds that no monitor signals, by polling with growing pauses.
   *
   * @throws IllegalStateException if it does not hold within {@link #LIMIT}
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
