package dev.warren.api.synthetic;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content that is produced while it is read. One thread reads at a time; any thread may close it.
 */
public interface SyntheticStream extends AutoCloseable {
  /**
   * Reads available bytes, and waits if there are none.
   *
   * @param target has room for at least one byte
   * @return the number of bytes read; 0 only at the end
   * @throws IOException to fail the client's read; EINTR if {@link
   *     dev.warren.api.Cancellation#current()} is cancelled or {@link #close()} is called while it
   *     waits
   */
  int read(ByteBuffer target) throws IOException;

  /** Ends the stream, and any read that waits. Called once; non-blocking. */
  @Override
  void close();
}
