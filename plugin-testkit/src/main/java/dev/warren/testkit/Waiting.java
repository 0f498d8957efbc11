package dev.warren.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits for actions of other threads: Awaitility with the settings that our tests need. */
public final class Waiting {
  /** A wait that takes longer than this fails; a busy machine may need seconds. */
  public static final Duration LIMIT = Duration.ofSeconds(30);

  private static final int LONGEST_PAUSE_MILLIS = 50;

  private Waiting() {}

  /**
   * Begins a wait of at most {@link #LIMIT}: {@code await().until(() -> condition)}. The calling
   * thread evaluates the condition at once, and again after pauses that grow.
   */
  public static ConditionFactory await() {
    return Awaitility.await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval((count, last) -> Duration.ofMillis(Math.min(count, LONGEST_PAUSE_MILLIS)))
        .pollInSameThread()
        // Otherwise a thread of an earlier test that fails now would fail this test.
        .dontCatchUncaughtExceptions();
  }
}
