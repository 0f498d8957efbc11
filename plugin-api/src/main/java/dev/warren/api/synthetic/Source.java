package dev.warren.api.synthetic;

import java.io.IOException;

/**
 * Computes a value when it is needed.
 *
 * @param <T> text, bytes, the entries of a directory, a delivery
 */
@FunctionalInterface
public interface Source<T> {
  /**
   * Returns the current value.
   *
   * @throws IOException to fail the client's operation; the client sees the error of an FsException
   */
  T get() throws IOException;
}
