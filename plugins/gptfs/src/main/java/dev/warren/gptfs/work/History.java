package dev.warren.gptfs.work;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one task to its current endpoint have shown in this process. Not thread-safe.
 */
final class History {
  private String endpoint = "";
  private int holds;
  private @Nullable Instant waitingSince;

  /** Sets the current endpoint; starts afresh if it is another one. */
  void at(String name) {
    if (!name.equals(endpoint)) {
      endpoint = name;
      holds = 0;
      waitingSince = null;
    }
  }

  /** Counts a call that held the endpoint though other tasks succeed there; returns how many. */
  int held() {
    return ++holds;
  }

  /**
   * Since when the task has waited for the endpoint to recover; starts the wait if there is none.
   */
  Instant waiting(Instant now) {
    Instant since = waitingSince;
    if (since == null) {
      since = now;
      waitingSince = now;
    }
    return since;
  }

  /** The endpoint serves other tasks, so this one does not wait for it to recover. */
  void served() {
    waitingSince = null;
  }
}
