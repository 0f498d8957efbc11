package dev.warren.namespace.locks;

import dev.warren.api.frontend.FileLocks.Kind;
import java.util.concurrent.CompletableFuture;

/**
 * A lock that is waited for, and the future that its front end holds. Fields are guarded by {@link
 * ByteRangeLocks}; the future completes outside of its lock.
 */
final class LockWish extends CompletableFuture<Void> {
  private final ByteRangeLocks locks;
  final LockedFile file;
  final LockOwner owner;
  final LockHandle handle;
  final Kind kind;
  final long start;
  final long last;

  /** Neither granted nor withdrawn. */
  boolean pending = true;

  LockWish(
      ByteRangeLocks locks,
      LockedFile file,
      LockOwner owner,
      LockHandle handle,
      Kind kind,
      long start,
      long last) {
    this.locks = locks;
    this.file = file;
    this.owner = owner;
    this.handle = handle;
    this.kind = kind;
    this.start = start;
    this.last = last;
  }

  boolean conflictsWith(LockWish other) {
    return owner != other.owner
        && start <= other.last
        && other.start <= last
        && (kind == Kind.EXCLUSIVE || other.kind == Kind.EXCLUSIVE);
  }

  /** What continues on the future must not be able to complete a wish without withdrawing it. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return locks.withdraw(this) ? super.cancel(false) : isCancelled();
  }

  /** Withdraws, too: time-outs that are put on a future end it this way. */
  @Override
  public boolean completeExceptionally(Throwable cause) {
    return locks.withdraw(this) && super.completeExceptionally(cause);
  }

  /** Ends a wish that has been withdrawn already. */
  void dropped() {
    super.cancel(false);
  }

  void granted() {
    complete(null);
  }
}
