package dev.warren.api.synthetic;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content that comes about while it is read. One thread reads at a time; any thread may close it.
 */
public interface SyntheticStream extends AutoCloseable {
  /**
   * Reads what is there, and waits while there is nothing.
   *
   * @param target has room for at least one byte
   * @return how many bytes were read; 0 at the end only
   * @throws IOException to fail the client's read; EINTR if {@link
   *     dev.warren.api.Cancellation#current()} is cancelled while it waits, and if {@link #close()}
   *     is called
   */
  int read(ByteBuffer target) throws IOException;

  /** Ends the stream and a read that waits. Called once, and does not wait. */
  @Override
  void close();
}
