package dev.warren.namespace;

import dev.warren.api.Caller;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The views that one caller has of all mounts, each created once. Views of unmounted file systems
 * are removed when a new view is added.
 */
final class CallerTargets implements Targets {
  private final Caller caller;
  private final ConcurrentMap<Mount, Target> views = new ConcurrentHashMap<>();

  CallerTargets(Caller caller) {
    this.caller = caller;
  }

  @Override
  public Target of(Mount mount) {
    Target known = views.get(mount);
    return known == null ? make(mount) : known;
  }

  private Target make(Mount mount) {
    views.keySet().removeIf(other -> other.gate().isShut());
    Target made = Target.of(mount.target().whole().as(caller), mount.metrics().meter(caller));
    Target first = views.putIfAbsent(mount, made);
    return first == null ? made : first;
  }
}
