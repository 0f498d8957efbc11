package dev.warren.api.synthetic;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Content that only grows while a file is open on it, such as a log: it has a size at each moment,
 * so that {@code tail -f} sees it grow. Thread-safe; no method waits.
 */
public interface GrowingContent {
  /** How many bytes there are now. */
  long size();

  /** When the last byte came. */
  Instant modified();

  /**
   * Copies bytes.
   *
   * @param offset at least 0
   * @return how many bytes were copied; 0 at the end
   */
  int read(ByteBuffer target, long offset);
}
