package dev.warren.namespace.locks;

import dev.warren.frontend.FileLocks.Owner;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The held and pending locks of one connection of a front end. Guarded by {@link ByteRangeLocks}.
 */
final class LockConnection {
  /** How many locks are guaranteed to a connection, however many others have. */
  static final int SURE = 64;

  private record ClientProcess(String client, long id) {
    ClientProcess(Owner owner) {
      this(owner.client(), owner.process());
    }
  }

  final Object identity;
  final Set<LockHandle> handles = new LinkedHashSet<>();
  private final Work work;
  private final Map<ClientProcess, LockOwner> owners = new HashMap<>();

  /** The number of held and pending locks. */
  private int count;

  boolean warned;

  LockConnection(Object identity, Work work) {
    this.identity = identity;
    this.work = work;
  }

  int count() {
    return count;
  }

  void add(int locks) {
    work.pooled += pooled(locks);
    count += locks;
  }

  /**
   * How many more locks would exceed the guaranteed number if the connection got {@code growth}
   * more.
   */
  int pooled(int growth) {
    return Math.max(0, count + growth - SURE) - Math.max(0, count - SURE);
  }

  LockOwner owner(Owner owner) {
    return owners.computeIfAbsent(new ClientProcess(owner), process -> new LockOwner(this, owner));
  }

  /** Returns the owner, if it holds or waits for any lock. */
  @Nullable LockOwner find(Owner owner) {
    return owners.get(new ClientProcess(owner));
  }

  void forgetIfIdle(LockOwner owner) {
    if (owner.count == 0) {
      owners.remove(new ClientProcess(owner.owner));
    }
  }
}
