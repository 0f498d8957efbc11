package dev.warren.namespace.locks;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Who waits for whom. A wish waits for those who hold a lock in its way, and out of fairness for
 * those who asked before it. Only the first can be a deadlock: a wait for one's turn is given up
 * where it would close a circle.
 */
final class WaitGraph {
  private WaitGraph() {}

  /** Whether a wish can come true only after its own owner has let go of something: EDEADLK. */
  static boolean isDeadlock(LockWish wish) {
    return reaches(wish, wish.owner, false);
  }

  /** Whether a wish waits for an owner, be it for their locks or for their turn. */
  static boolean waitsFor(LockWish wish, LockOwner owner) {
    return reaches(wish, owner, true);
  }

  private static boolean reaches(LockWish from, LockOwner goal, boolean turns) {
    Set<LockOwner> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<LockWish> open = new ArrayDeque<>();
    open.add(from);
    boolean[] found = new boolean[1];
    while (!open.isEmpty() && !found[0]) {
      LockWish wish = open.poll();
      wish.file.conflicts(
          wish.owner,
          wish.kind,
          wish.start,
          wish.last,
          segment -> found[0] |= visit(segment.owner, goal, seen, open));
      if (turns) {
        for (LockWish earlier : wish.file.queue) {
          if (earlier == wish) {
            break;
          }
          if (earlier.conflictsWith(wish)) {
            found[0] |= visit(earlier.owner, goal, seen, open);
          }
        }
      }
    }
    return found[0];
  }

  private static boolean visit(
      LockOwner owner, LockOwner goal, Set<LockOwner> seen, Deque<LockWish> open) {
    if (owner != goal && seen.add(owner)) {
      open.addAll(owner.wishes);
    }
    return owner == goal;
  }
}
