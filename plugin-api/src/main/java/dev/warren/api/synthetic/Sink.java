package dev.warren.api.synthetic;

import java.io.IOException;

/**
 * Takes what a client has written.
 *
 * @param <T> a line, or all bytes
 */
@FunctionalInterface
public interface Sink<T> {
  /**
   * Acts on a value.
   *
   * @throws IOException to fail the client's operation; an FsException says with which error, and
   *     front ends pass its message on where their protocol can
   */
  void accept(T value) throws IOException;
}
