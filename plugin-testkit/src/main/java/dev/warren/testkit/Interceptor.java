package dev.warren.testkit;

import dev.warren.api.FsException;
import org.jspecify.annotations.Nullable;

/** Stands around every call of an {@link InterceptedFileSystem}. Called by any thread. */
public interface Interceptor {
  /**
   * Runs a call, or fails in its place.
   *
   * @param body runs the call on the file system behind, once
   */
  <T extends @Nullable Object> T around(Call call, Body<T> body) throws FsException;

  /** The call itself. */
  @FunctionalInterface
  interface Body<T extends @Nullable Object> {
    /** Runs it. */
    T run() throws FsException;
  }
}
