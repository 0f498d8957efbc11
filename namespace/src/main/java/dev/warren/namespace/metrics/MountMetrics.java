package dev.warren.namespace.metrics;

import dev.warren.api.Caller;
import dev.warren.api.VfsPath;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What all front ends have asked one mount for. Its size is bounded by the front ends and the
 * operations that there are: nothing that a client says is a label. Thread-safe.
 */
public final class MountMetrics {
  private final VfsPath mount;
  private final ConcurrentMap<String, ProtocolCounts> byProtocol = new ConcurrentHashMap<>();

  /** Counts from zero. */
  public MountMetrics(VfsPath mount) {
    this.mount = mount;
  }

  /** Counts what a caller asks the mount for. */
  public Meter meter(Caller caller) {
    return new Meter(
        byProtocol.computeIfAbsent(caller.protocol(), _ -> new ProtocolCounts()), caller, mount);
  }

  /** The counts, by front end. */
  public Map<String, ProtocolCounts> byProtocol() {
    return new TreeMap<>(byProtocol);
  }
}
