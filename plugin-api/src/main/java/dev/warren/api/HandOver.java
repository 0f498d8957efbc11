package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * Runs an operation of an open object on the calling thread if it does not block, otherwise through
 * {@link BlockingCalls}.
 */
final class HandOver {
  private HandOver() {}

  /**
   * Runs an operation.
   *
   * @param nonBlocking the non-blocking view; null if there is none, or if it must not be used for
   *     this operation
   */
  static <T, R extends @Nullable Object> R make(
      @Nullable T nonBlocking,
      T target,
      BlockingCalls calls,
      Operation operation,
      VfsPath path,
      Forwarding.Request<T, R> request)
      throws FsException {
    if (nonBlocking != null) {
      try {
        return request.on(nonBlocking);
      } catch (WouldBlockException _) {
        return calls.call(operation.word(), path, _ -> request.on(target));
      }
    }
    return calls.call(operation.word(), path, _ -> request.on(target));
  }
}
