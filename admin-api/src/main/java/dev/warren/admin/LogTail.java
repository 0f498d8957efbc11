package dev.warren.admin;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * The last part of the log as bytes with positions: position 0 is the first byte that the host ever
 * logged, and what is older than {@link #start()} is forgotten, rarely and much at once.
 * Thread-safe.
 */
public interface LogTail {
  /** The position of the oldest byte that is kept, always the start of a line. */
  long start();

  /** The position after the newest byte, always the end of a line. */
  long end();

  /** When the newest byte came. */
  Instant modified();

  /**
   * Copies bytes from a position on.
   *
   * @param position at most {@link #end()}; before {@link #start()} is taken for it
   * @return how many bytes were copied
   */
  int read(long position, ByteBuffer target);
}
