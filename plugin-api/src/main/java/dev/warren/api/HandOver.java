package dev.warren.api;

import org.jspecify.annotations.Nullable;

/** How a call of something that is open is made: at once where that can be, else handed over. */
final class HandOver {
  private HandOver() {}

  /**
   * Makes a call.
   *
   * @param quick the view that never waits; null if there is none, or it is not for this operation
   */
  static <T, R extends @Nullable Object> R make(
      @Nullable T quick,
      T target,
      BlockingCalls calls,
      Operation operation,
      VfsPath path,
      Forwarding.Request<T, R> request)
      throws FsException {
    if (quick != null) {
      try {
        return request.on(quick);
      } catch (WouldBlockException _) {
        return calls.call(operation.word(), path, _ -> request.on(target));
      }
    }
    return calls.call(operation.word(), path, _ -> request.on(target));
  }
}
