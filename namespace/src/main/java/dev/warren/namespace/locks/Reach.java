package dev.warren.namespace.locks;

import org.jspecify.annotations.Nullable;

/**
 * How far a set of claims reaches, with or without one owner: the greatest last byte, and the
 * greatest last byte of all other owners. Guarded by {@link ByteRangeLocks}.
 */
final class Reach {
  /** The reach of an empty set. */
  static final long NOWHERE = -1;

  private long last = NOWHERE;
  private @Nullable LockOwner owner;
  private long otherLast = NOWHERE;
  private @Nullable LockOwner otherOwner;

  void clear() {
    last = NOWHERE;
    owner = null;
    otherLast = NOWHERE;
    otherOwner = null;
  }

  void add(long newLast, @Nullable LockOwner newOwner) {
    if (newLast == NOWHERE) {
      return;
    }
    if (newOwner == owner) {
      last = Math.max(last, newLast);
    } else if (newLast > last) {
      otherLast = last;
      otherOwner = owner;
      last = newLast;
      owner = newOwner;
    } else if (newLast > otherLast) {
      otherLast = newLast;
      otherOwner = newOwner;
    }
  }

  void add(Reach other) {
    add(other.last, other.owner);
    add(other.otherLast, other.otherOwner);
  }

  /** The greatest last byte of all owners except this one. */
  long without(@Nullable LockOwner excluded) {
    return excluded == owner ? otherLast : last;
  }
}
