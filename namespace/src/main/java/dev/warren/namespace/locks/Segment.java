package dev.warren.namespace.locks;

import dev.warren.api.frontend.FileLocks.Held;
import dev.warren.api.frontend.FileLocks.Kind;
import dev.warren.api.frontend.FileLocks.Range;

/** A lock that is held on the bytes from {@code start} to {@code last}. Compared by identity. */
final class Segment {
  final LockedFile file;
  final LockOwner owner;
  final LockHandle handle;
  final Kind kind;
  final long start;
  final long last;

  Segment(LockedFile file, LockOwner owner, LockHandle handle, Kind kind, long start, long last) {
    this.file = file;
    this.owner = owner;
    this.handle = handle;
    this.kind = kind;
    this.start = start;
    this.last = last;
  }

  Segment between(long newStart, long newLast) {
    return new Segment(file, owner, handle, kind, newStart, newLast);
  }

  boolean conflictsWith(Kind other) {
    return kind == Kind.EXCLUSIVE || other == Kind.EXCLUSIVE;
  }

  boolean joins(LockHandle otherHandle, Kind otherKind) {
    return handle == otherHandle && kind == otherKind;
  }

  Held asHeld() {
    Range range = new Range(start, last == Long.MAX_VALUE ? 0 : last - start + 1);
    return new Held(owner.owner, kind, range);
  }
}
