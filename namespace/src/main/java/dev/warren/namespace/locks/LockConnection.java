package dev.warren.namespace.locks;

import dev.warren.api.frontend.FileLocks.Owner;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What one connection of a front end holds and waits for. Guarded by {@link ByteRangeLocks}. */
final class LockConnection {
  private record ClientProcess(String client, long id) {}

  final Object identity;
  final Set<LockHandle> handles = new LinkedHashSet<>();
  private final Map<ClientProcess, LockOwner> owners = new HashMap<>();

  /** Locks held and waited for. */
  int count;

  boolean warned;

  LockConnection(Object identity) {
    this.identity = identity;
  }

  LockOwner owner(Owner owner) {
    return owners.computeIfAbsent(
        new ClientProcess(owner.client(), owner.process()), process -> new LockOwner(this, owner));
  }

  void forgetIfIdle(LockOwner owner) {
    if (owner.count == 0) {
      owners.remove(new ClientProcess(owner.owner.client(), owner.owner.process()));
    }
  }
}
