package dev.warren.gptfs;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions that other threads make true. */
final class Until {
  private static final long GIVE_UP_NANOS = 45_000_000_000L;

  private Until() {}

  /** Waits for a latch on a thread that cannot be interrupted. */
  static void released(CountDownLatch latch) {
    if (!asked(() -> latch.await(GIVE_UP_NANOS, TimeUnit.NANOSECONDS))) {
      throw new AssertionError("the latch is never released");
    }
  }

  /** An exception in the condition fails the test. */
  static <T> T asked(Callable<T> question) {
    try {
      return question.call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Returns once the condition holds; fails if it never does. */
  static void holds(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + GIVE_UP_NANOS;
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("never: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
