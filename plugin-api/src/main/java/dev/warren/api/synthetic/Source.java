package dev.warren.api.synthetic;

import java.io.IOException;

/**
 * Makes a value when it is needed.
 *
 * @param <T> text, bytes, the entries of a directory, a stream
 */
@FunctionalInterface
public interface Source<T> {
  /**
   * The value as it is now.
   *
   * @throws IOException to fail the client's operation; an FsException says with which error
   */
  T get() throws IOException;
}
