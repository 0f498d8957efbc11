package dev.warren.memfs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that the test advances. */
final class ManualClock implements InstantSource {
  private Instant now = Instant.ofEpochSecond(1_000_000_000, 123_456_789);

  @Override
  public synchronized Instant instant() {
    return now;
  }

  synchronized Instant advance(Duration by) {
    now = now.plus(by);
    return now;
  }
}
