package dev.warren.namespace.locks;

import dev.warren.frontend.FileLocks.Held;
import dev.warren.frontend.FileLocks.Kind;
import dev.warren.frontend.FileLocks.Range;

/** A lock that is held. */
final class Segment extends Claim {
  /** Whether a request waits or has waited for it. */
  boolean awaited;

  Segment(LockedFile file, LockOwner owner, LockHandle handle, Kind kind, long start, long last) {
    super(file, owner, handle, kind, start, last);
  }

  Segment between(long newStart, long newLast) {
    return new Segment(file, owner, handle, kind, newStart, newLast);
  }

  boolean joins(LockHandle otherHandle, Kind otherKind) {
    return handle == otherHandle && kind == otherKind;
  }

  Held asHeld() {
    Range range = new Range(start, last == Long.MAX_VALUE ? 0 : last - start + 1);
    return new Held(owner.owner, kind, range);
  }
}
