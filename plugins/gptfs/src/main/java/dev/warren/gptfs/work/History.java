package dev.warren.gptfs.work;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one task have met in this process, on the endpoint where it is now. For one
 * thread at a time.
 */
final class History {
  private String endpoint = "";
  private int holds;
  private @Nullable Instant waitingSince;

  /** The calls go to an endpoint now, perhaps another one. */
  void at(String name) {
    if (!name.equals(endpoint)) {
      endpoint = name;
      holds = 0;
      waitingSince = null;
    }
  }

  /** One more call held the endpoint although others pass there; how many those were. */
  int held() {
    return ++holds;
  }

  /** Since when the task waits for the endpoint to come back. */
  Instant waiting(Instant now) {
    Instant since = waitingSince;
    if (since == null) {
      since = now;
      waitingSince = now;
    }
    return since;
  }

  /** The endpoint serves others. */
  void served() {
    waitingSince = null;
  }
}
