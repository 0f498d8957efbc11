package dev.warren.namespace.locks;

import java.util.concurrent.CompletableFuture;

/** What a front end holds of a {@link Wish}. Completes outside of the locks' monitor. */
final class LockFuture extends CompletableFuture<Void> {
  private final ByteRangeLocks locks;
  private final Wish wish;

  LockFuture(ByteRangeLocks locks, Wish wish) {
    this.locks = locks;
    this.wish = wish;
  }

  /** What continues on the future must not be able to complete a wish without withdrawing it. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return locks.withdraw(wish) ? super.cancel(false) : isCancelled();
  }

  /** Withdraws, too: time-outs that are put on a future end it this way. */
  @Override
  public boolean completeExceptionally(Throwable cause) {
    return locks.withdraw(wish) && super.completeExceptionally(cause);
  }

  /** Ends a wish that has been dropped already. */
  void dropped() {
    super.cancel(false);
  }

  void granted() {
    complete(null);
  }
}
