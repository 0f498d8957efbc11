package dev.warren.api.synthetic;

import dev.warren.api.FsException;
import java.nio.ByteBuffer;

/** The reading side of a file that is open. Thread-safe. */
sealed interface Reading permits Snapshot, GrowingReading, StreamReading {
  /** As {@link dev.warren.api.OpenFile#read}; the offset is not negative. */
  int read(ByteBuffer target, long offset) throws FsException;

  /** How many bytes there are in all; 0 where nobody knows. */
  long size();

  /** Whether a read may wait. */
  boolean waits();

  /** Ends reads that wait, and lets go of what they wait for. Called once. */
  void close();
}
