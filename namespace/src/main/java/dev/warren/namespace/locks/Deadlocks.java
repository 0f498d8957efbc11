package dev.warren.namespace.locks;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Looks whether a wish can come true only after its own owner has let go of something: EDEADLK.
 *
 * <p>It gives up after so many steps, and then there is none: as Linux does, after ten owners. What
 * it would have found waits until somebody gives up, and nobody else waits for the search
 * meanwhile.
 */
final class Deadlocks {
  /** How many locks and wishes are looked at. */
  static final int BUDGET = 10_000;

  private final LockOwner goal;
  private final Set<LockOwner> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Wish> open = new ArrayDeque<>();
  private int budget = BUDGET;
  private boolean found;

  private Deadlocks(LockOwner goal) {
    this.goal = goal;
  }

  /** Whether a wish that is not yet pending would wait for itself. */
  static boolean wouldBe(Wish wish) {
    // An owner that nobody waits for is in no circle.
    return !wish.owner.keepsTurns() && new Deadlocks(wish.owner).reachesGoal(wish);
  }

  private boolean reachesGoal(Wish from) {
    open.add(from);
    while (!open.isEmpty() && !found && budget > 0) {
      Wish wish = open.poll();
      wish.file.forEachConflict(
          wish.owner, wish.kind, wish.start, wish.last, claim -> visit(claim.owner));
    }
    return found;
  }

  private boolean visit(LockOwner owner) {
    budget--;
    found = owner == goal;
    if (!found && seen.add(owner)) {
      for (Wish wish : owner.wishes) {
        if (budget-- <= 0) {
          break;
        }
        open.add(wish);
      }
    }
    return !found && budget > 0;
  }
}
