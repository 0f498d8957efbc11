package dev.warren.namespace.locks;

import java.util.concurrent.CompletableFuture;

/**
 * The front end's reference to a {@link LockRequest}. Completes outside the monitor of the locks.
 */
final class LockFuture extends CompletableFuture<Void> {
  private final ByteRangeLocks locks;
  private final LockRequest request;

  LockFuture(ByteRangeLocks locks, LockRequest request) {
    this.locks = locks;
    this.request = request;
  }

  /**
   * Returns an ordinary future, so that dependent futures cannot complete a request without
   * withdrawing it.
   */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return locks.withdraw(request) ? super.cancel(false) : isCancelled();
  }

  /** Also withdraws the request: this is how a timeout on a future ends it. */
  @Override
  public boolean completeExceptionally(Throwable cause) {
    return locks.withdraw(request) && super.completeExceptionally(cause);
  }

  /** Ends a request that has already been dropped. */
  void dropped() {
    super.cancel(false);
  }

  void granted() {
    complete(null);
  }
}
