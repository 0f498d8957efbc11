package dev.warren.namespace.locks;

import dev.warren.frontend.FileLocks.Kind;
import org.jspecify.annotations.Nullable;

/** A pending request for a lock. */
final class LockRequest extends Claim {
  /** The progress of a request. */
  enum State {
    /** Neither granted nor dropped. */
    PENDING,
    /** The lock is held; the future is complete or about to complete. */
    GRANTED,
    /** Withdrawn, or dropped with its handle. */
    DROPPED
  }

  final LockFuture future;
  State state = State.PENDING;

  /** A claim that conflicts with it; null if it must search for one. */
  private @Nullable Claim blocker;

  LockRequest(
      ByteRangeLocks locks,
      LockedFile file,
      LockOwner owner,
      LockHandle handle,
      Kind kind,
      long start,
      long last) {
    super(file, owner, handle, kind, start, last);
    future = new LockFuture(locks, this);
  }

  /** Waits until this claim is removed. */
  void waitFor(Claim claim) {
    blocker = claim;
    claim.addWaiter(this);
    if (claim instanceof LockRequest) {
      owner.queued.add(this);
    } else {
      owner.queued.remove(this);
    }
  }

  /** Stops waiting for a claim. */
  void stopWaiting() {
    if (blocker != null) {
      blocker.removeWaiter(this);
      blocker = null;
    }
    owner.queued.remove(this);
  }
}
