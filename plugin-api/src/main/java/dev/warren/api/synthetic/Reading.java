package dev.warren.api.synthetic;

import dev.warren.api.FsException;
import java.nio.ByteBuffer;

/** The read side of an open file. Thread-safe. */
sealed interface Reading permits Snapshot, GrowingReading, DeliveredReading {
  /** As {@link dev.warren.api.OpenFile#read}; the offset is not negative. */
  int read(ByteBuffer target, long offset) throws FsException;

  /** Returns the total size in bytes, or the given value if the size is unknown. */
  long size(long otherwise);

  /** Whether a read may block. */
  boolean waits();

  /** Whether closing it is non-blocking in its current state. */
  default boolean isCloseNonBlocking() {
    return true;
  }

  /**
   * Ends reads that wait, and releases what they wait for. Called once.
   *
   * @param finished whether the client closed the file, rather than was lost
   */
  void close(boolean finished) throws FsException;
}
