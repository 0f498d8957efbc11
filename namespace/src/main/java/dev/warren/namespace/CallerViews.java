package dev.warren.namespace;

import dev.warren.api.Caller;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The views that one caller has of all mounts, each created once. Views of unmounted file systems
 * are removed when a new view is added.
 */
final class CallerViews implements ViewSelector {
  private final Caller caller;
  private final ConcurrentMap<Mount, MountView> views = new ConcurrentHashMap<>();

  CallerViews(Caller caller) {
    this.caller = caller;
  }

  @Override
  public MountView of(Mount mount) {
    MountView known = views.get(mount);
    return known == null ? make(mount) : known;
  }

  private MountView make(Mount mount) {
    views.keySet().removeIf(other -> other.counter().isShut());
    MountView made = MountView.of(mount.view().whole().as(caller), mount.metrics().meter(caller));
    MountView first = views.putIfAbsent(mount, made);
    return first == null ? made : first;
  }
}
