package dev.warren.api.synthetic;

import java.time.Instant;
import java.time.InstantSource;

/** Content that is stored in memory, initially empty. Thread-safe. */
public final class MemoryContent implements StoredContent {
  private final InstantSource clock;
  private volatile Kept kept;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Kept(byte[] bytes, Instant since) {}

  /** Creates an empty content, modified now. */
  public MemoryContent() {
    this(InstantSource.system());
  }

  /** Creates an empty content, modified now according to this clock. */
  public MemoryContent(InstantSource clock) {
    this.clock = clock;
    this.kept = new Kept(new byte[0], clock.instant());
  }

  @Override
  public long size() {
    return kept.bytes().length;
  }

  @Override
  public Instant modified() {
    return kept.since();
  }

  @Override
  public byte[] load() {
    return kept.bytes().clone();
  }

  @Override
  public void store(byte[] content) {
    kept = new Kept(content, clock.instant());
  }
}
