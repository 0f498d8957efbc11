package dev.warren.namespace.locks;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Detects whether a request could be granted only after its own owner has released a lock: EDEADLK.
 *
 * <p>The search gives up after a fixed number of steps and then reports no deadlock, as Linux does
 * after ten owners. A deadlock that it misses lasts until one of the clients gives up; the limit
 * ensures that other clients do not wait for the search.
 */
final class Deadlocks {
  /** How many locks and requests are examined. */
  static final int BUDGET = 10_000;

  private final LockOwner goal;
  private final Set<LockOwner> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<LockRequest> open = new ArrayDeque<>();
  private int budget = BUDGET;
  private boolean found;

  private Deadlocks(LockOwner goal) {
    this.goal = goal;
  }

  /** Whether a request that is not pending yet would wait for itself. */
  static boolean wouldBe(LockRequest request) {
    // An owner for which no other owner waits is not part of a cycle.
    return !request.owner.waitsInOrder() && new Deadlocks(request.owner).reachesGoal(request);
  }

  private boolean reachesGoal(LockRequest from) {
    open.add(from);
    while (!open.isEmpty() && !found && budget > 0) {
      LockRequest request = open.poll();
      request.file.forEachConflict(
          request.owner, request.kind, request.start, request.last, claim -> visit(claim.owner));
    }
    return found;
  }

  private boolean visit(LockOwner owner) {
    budget--;
    found = owner == goal;
    if (!found && seen.add(owner)) {
      for (LockRequest request : owner.requests) {
        if (budget-- <= 0) {
          break;
        }
        open.add(request);
      }
    }
    return !found && budget > 0;
  }
}
