package dev.warren.api.synthetic;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Content that only grows while a file is open on it, such as a log. It has a size at each moment,
 * so {@code tail -f} can follow it. Thread-safe; no method blocks.
 */
public interface GrowingContent {
  /** The current size in bytes. */
  long size();

  /** When the last byte was added. */
  Instant modified();

  /**
   * Copies bytes.
   *
   * @param offset at least 0
   * @return the number of bytes copied; 0 at the end
   */
  int read(ByteBuffer target, long offset);
}
