package dev.warren.namespace.locks;

import dev.warren.frontend.FileLocks.Owner;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One process that holds or waits for locks. As long as it does, there is exactly one object for
 * it, so owners are compared by identity. Guarded by {@link ByteRangeLocks}.
 */
final class LockOwner {
  final LockConnection connection;
  final Owner owner;
  final Set<LockRequest> requests = new LinkedHashSet<>();

  /** The owner's requests that wait for earlier requests of other owners. */
  final Set<LockRequest> queued = new LinkedHashSet<>();

  /** The number of held and pending locks. */
  int count;

  /** The number of held locks for which another request waits or has waited. */
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
   * Whether its requests wait for earlier ones. If other owners wait for this owner, they do not:
   * the earlier requests may be those of the waiting owners, and then all would wait forever.
   */
  boolean waitsInOrder() {
    return awaited == 0;
  }

  void notAwaited() {
    awaited--;
  }

  /** Records that a request waits for one more of its locks. */
  void awaited() {
    awaited++;
    for (LockRequest request : List.copyOf(queued)) {
      request.file.wake(request);
    }
  }
}
