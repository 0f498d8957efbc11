package dev.warren.api.synthetic;

import dev.warren.api.FsException;
import java.nio.ByteBuffer;

/** The reading side of a file that is open. Thread-safe. */
sealed interface Reading permits Snapshot, GrowingReading, StreamReading, DeliveredReading {
  /** As {@link dev.warren.api.OpenFile#read}; the offset is not negative. */
  int read(ByteBuffer target, long offset) throws FsException;

  /** How many bytes there are in all, or what is said otherwise, where nobody knows. */
  long size(long otherwise);

  /** Whether a read may wait. */
  boolean waits();

  /** Whether the end of it does not wait, as it is now. */
  default boolean closesAtOnce() {
    return true;
  }

  /**
   * Ends reads that wait, and lets go of what they wait for. Called once.
   *
   * @param finished whether the client was done, rather than lost
   */
  void close(boolean finished) throws FsException;
}
