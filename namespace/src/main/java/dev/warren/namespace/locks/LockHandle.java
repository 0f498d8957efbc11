package dev.warren.namespace.locks;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The locks that are dropped together with a front end's handle. Guarded by {@link ByteRangeLocks}.
 */
final class LockHandle {
  final Object identity;
  final LockConnection connection;
  final Set<Segment> segments = new LinkedHashSet<>();
  final Set<LockRequest> requests = new LinkedHashSet<>();

  LockHandle(Object identity, LockConnection connection) {
    this.identity = identity;
    this.connection = connection;
  }

  boolean isIdle() {
    return segments.isEmpty() && requests.isEmpty();
  }
}
