package dev.warren.namespace.locks;

import dev.warren.frontend.FileLocks.Kind;
import org.jspecify.annotations.Nullable;

/** A lock that is waited for. */
final class Wish extends Claim {
  /** Where a wish is on its way. */
  enum State {
    /** Neither granted nor dropped. */
    PENDING,
    /** The lock is held; the future tells so, now or in a moment. */
    GRANTED,
    /** Taken back, or gone with its handle. */
    DROPPED
  }

  final LockFuture future;
  State state = State.PENDING;

  /** One of the claims in its way; null while it is to look for one. */
  private @Nullable Claim blocker;

  Wish(
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

  /** Waits until this claim goes. */
  void waitFor(Claim claim) {
    blocker = claim;
    claim.addWaiter(this);
    if (claim instanceof Wish) {
      owner.turns.add(this);
    } else {
      owner.turns.remove(this);
    }
  }

  /** Waits for nothing any more. */
  void stopWaiting() {
    if (blocker != null) {
      blocker.removeWaiter(this);
      blocker = null;
    }
    owner.turns.remove(this);
  }
}
