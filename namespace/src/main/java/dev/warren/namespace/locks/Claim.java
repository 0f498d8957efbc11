package dev.warren.namespace.locks;

import dev.warren.frontend.FileLocks.Kind;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes from {@code start} to {@code last} of a file, which an owner holds or waits for.
 * Compared by identity. Guarded by {@link ByteRangeLocks}.
 */
abstract sealed class Claim permits Segment, LockRequest {
  final LockedFile file;
  final LockOwner owner;
  final LockHandle handle;
  final Kind kind;
  final long start;
  final long last;

  /** A sequence number: claims are numbered in the order in which they were made. */
  final long number;

  /**
   * The requests to re-examine when this claim is removed; null if there are none, which is usual.
   */
  private @Nullable Set<LockRequest> waiters;

  // The following fields make it a node of a ClaimTree, and only ClaimTree uses them:
  final int priority;
  @Nullable Claim left;
  @Nullable Claim right;
  private final Reach all = new Reach();
  private final Reach exclusive = new Reach();
  private long earliest;

  Claim(LockedFile file, LockOwner owner, LockHandle handle, Kind kind, long start, long last) {
    this.file = file;
    this.owner = owner;
    this.handle = handle;
    this.kind = kind;
    this.start = start;
    this.last = last;
    this.number = file.work().nextNumber();
    this.priority = file.work().nextRandom();
  }

  /** Whether locks of these kinds on the same byte conflict. */
  private static boolean excludes(Kind one, Kind other) {
    return one == Kind.EXCLUSIVE || other == Kind.EXCLUSIVE;
  }

  boolean conflictsWith(
      @Nullable LockOwner otherOwner, Kind otherKind, long otherStart, long otherLast) {
    return owner != otherOwner
        && start <= otherLast
        && otherStart <= last
        && excludes(kind, otherKind);
  }

  boolean conflictsWith(Claim other) {
    return conflictsWith(other.owner, other.kind, other.start, other.last);
  }

  void addWaiter(LockRequest request) {
    if (waiters == null) {
      waiters = new LinkedHashSet<>();
    }
    waiters.add(request);
  }

  void removeWaiter(LockRequest request) {
    if (waiters != null) {
      waiters.remove(request);
    }
  }

  /** Returns all requests that wait for this claim, and removes them from it. */
  Set<LockRequest> takeWaiters() {
    Set<LockRequest> taken = waiters == null ? Set.of() : waiters;
    waiters = null;
    return taken;
  }

  // ---- as a node ----

  boolean isBefore(Claim other) {
    return start < other.start || (start == other.start && number < other.number);
  }

  /**
   * The greatest last byte in this subtree of a claim that conflicts with a lock of the given owner
   * and kind.
   */
  long reach(@Nullable LockOwner asker, Kind askedKind) {
    return (askedKind == Kind.EXCLUSIVE ? all : exclusive).without(asker);
  }

  /** The smallest sequence number in this subtree. */
  long earliest() {
    return earliest;
  }

  /** Recomputes the summary of this subtree after its children have changed. */
  void sumUp() {
    all.clear();
    exclusive.clear();
    all.add(last, owner);
    if (kind == Kind.EXCLUSIVE) {
      exclusive.add(last, owner);
    }
    earliest = number;
    sumUp(left);
    sumUp(right);
  }

  private void sumUp(@Nullable Claim child) {
    if (child != null) {
      all.add(child.all);
      exclusive.add(child.exclusive);
      earliest = Math.min(earliest, child.earliest);
    }
  }
}
