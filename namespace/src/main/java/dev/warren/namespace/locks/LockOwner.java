package dev.warren.namespace.locks;

import dev.warren.api.frontend.FileLocks.Owner;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One process that holds or waits for locks. There is one object for each while it does, so that
 * identity is equality. Guarded by {@link ByteRangeLocks}.
 */
final class LockOwner {
  final LockConnection connection;
  final Owner owner;
  final Set<LockWish> wishes = new LinkedHashSet<>();

  /** Locks held and waited for. */
  int count;

  LockOwner(LockConnection connection, Owner owner) {
    this.connection = connection;
    this.owner = owner;
  }

  void add(int locks) {
    count += locks;
    connection.count += locks;
  }
}
