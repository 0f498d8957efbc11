package dev.warren.namespace.metrics;

import dev.warren.api.Caller;
import dev.warren.api.VfsPath;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The operations of all front ends on one mount. Its size depends only on the number of front ends
 * and operations: no label comes from a client. Thread-safe.
 */
public final class MountMetrics {
  private final VfsPath mount;
  private final ConcurrentMap<String, ProtocolCounts> byProtocol = new ConcurrentHashMap<>();

  /** Creates metrics that start at zero. */
  public MountMetrics(VfsPath mount) {
    this.mount = mount;
  }

  /** Returns a meter for a caller's operations on the mount. */
  public Meter meter(Caller caller) {
    return new Meter(
        byProtocol.computeIfAbsent(caller.protocol(), _ -> new ProtocolCounts()), caller, mount);
  }

  /** Returns the counts of each front end. */
  public Map<String, ProtocolCounts> byProtocol() {
    return new TreeMap<>(byProtocol);
  }
}
