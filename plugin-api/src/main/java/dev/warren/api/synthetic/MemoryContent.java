package dev.warren.api.synthetic;

import java.time.Instant;
import java.time.InstantSource;

/** Content that is kept in memory, empty at first. Thread-safe. */
public final class MemoryContent implements StoredContent {
  private final InstantSource clock;
  private volatile Kept kept;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Kept(byte[] bytes, Instant since) {}

  /** No bytes, as of now. */
  public MemoryContent() {
    this(InstantSource.system());
  }

  /** No bytes, as of now by this clock. */
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
