package dev.warren.namespace.locks;

import dev.warren.frontend.FileLocks.Owner;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One process that holds or waits for locks. There is one object for each while it does, so that
 * identity is equality. Guarded by {@link ByteRangeLocks}.
 */
final class LockOwner {
  final LockConnection connection;
  final Owner owner;
  final Set<Wish> wishes = new LinkedHashSet<>();

  /** Those of its wishes that wait for the turn of others. */
  final Set<Wish> turns = new LinkedHashSet<>();

  /** Locks held and waited for. */
  int count;

  /** Locks held that somebody waits for, or did. */
  private int awaited;

  LockOwner(LockConnection connection, Owner owner) {
    this.connection = connection;
    this.owner = owner;
  }

  void add(int locks) {
    count += locks;
    connection.add(locks);
  }

  /**
   * Whether it waits for those who asked earlier. One that others wait for does not: they may be
   * the very ones, and then all would wait for ever.
   */
  boolean keepsTurns() {
    return awaited == 0;
  }

  void notAwaited() {
    awaited--;
  }

  /** Somebody waits for one more of its locks. */
  void awaited() {
    awaited++;
    for (Wish wish : List.copyOf(turns)) {
      wish.file.wake(wish);
    }
  }
}
