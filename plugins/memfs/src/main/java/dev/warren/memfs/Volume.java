package dev.warren.memfs;

import dev.warren.api.MemoryBudget;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** The state that all files of one file system share. Thread-safe. */
final class Volume {
  private final Space space;
  private final InstantSource clock;
  private final AtomicLong lastFileId = new AtomicLong();
  private volatile boolean closed;

  Volume(long maxBytes, InstantSource clock, MemoryBudget.Account memory) {
    this.space = new Space(maxBytes, memory);
    this.clock = clock;
  }

  Space space() {
    return space;
  }

  Instant now() {
    return clock.instant();
  }

  /** Returns an id that no file has had. */
  long newFileId() {
    return lastFileId.incrementAndGet();
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
  }
}
