package dev.warren.testkit;

import dev.warren.api.FsException;
import org.jspecify.annotations.Nullable;

/** Intercepts every call of an {@link InterceptedFileSystem}. Called by any thread. */
public interface Interceptor {
  /**
   * Runs a call, or fails in its place.
   *
   * @param body runs the call on the wrapped file system, once
   */
  <T extends @Nullable Object> T around(Call call, Body<T> body) throws FsException;

  /** The intercepted call. */
  @FunctionalInterface
  interface Body<T extends @Nullable Object> {
    /** Runs it. */
    T run() throws FsException;
  }
}
