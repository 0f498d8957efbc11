package dev.warren.admin;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * The most recent part of the log, as bytes with positions: position 0 is the first byte that the
 * host ever logged. Bytes before {@link #start()} have been discarded, which happens rarely, many
 * bytes at a time. Thread-safe.
 */
public interface LogTail {
  /** The position of the oldest retained byte, always the start of a line. */
  long start();

  /** The position after the newest byte, always the end of a line. */
  long end();

  /** When the newest byte was logged. */
  Instant modified();

  /**
   * Copies bytes from a position on.
   *
   * @param position at most {@link #end()}; a position before {@link #start()} is treated as that
   * @return how many bytes were copied
   */
  int read(long position, ByteBuffer target);
}
