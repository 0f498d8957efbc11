package dev.warren.api.synthetic;

import java.io.IOException;

/**
 * Accepts what a client has written.
 *
 * @param <T> a line, or all bytes
 */
@FunctionalInterface
public interface Sink<T> {
  /**
   * Acts on a value.
   *
   * @throws IOException to fail the client's operation; the client sees the error of an
   *     FsException, and its message where the protocol permits it
   */
  void accept(T value) throws IOException;
}
