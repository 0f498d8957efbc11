package dev.warren.namespace;

import dev.warren.frontend.FileLocks;
import dev.warren.namespace.track.PathTracker;

/** The state that all views of a namespace share. */
final class NamespaceState {
  private final FileLocks locks;
  private final MountPointAttributes mountPointAttributes;
  private final WaitLimit waitLimit = new WaitLimit();
  private final PathTracker tracker = new PathTracker();
  private volatile MountTable table;

  NamespaceState(FileLocks locks, MountPointAttributes mountPointAttributes, MountTable table) {
    this.locks = new HostLocks(locks, this::table);
    this.mountPointAttributes = mountPointAttributes;
    this.table = table;
  }

  MountTable table() {
    return table;
  }

  void setTable(MountTable newTable) {
    table = newTable;
  }

  FileLocks locks() {
    return locks;
  }

  MountPointAttributes attributes() {
    return mountPointAttributes;
  }

  /** Limits requests to one mount for which others wait. */
  WaitLimit waitLimit() {
    return waitLimit;
  }

  PathTracker tracker() {
    return tracker;
  }
}
