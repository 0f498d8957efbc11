package dev.warren.namespace;

import dev.warren.frontend.FileLocks;
import dev.warren.namespace.track.PathTracker;

/** The state that all views of a namespace share. */
final class Shared {
  private final FileLocks locks;
  private final Synthetic synthetic;
  private final Patience patience = new Patience();
  private final PathTracker tracker = new PathTracker();
  private volatile MountTable table;

  Shared(FileLocks locks, Synthetic synthetic, MountTable table) {
    this.locks = new HostLocks(locks, this::table);
    this.synthetic = synthetic;
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

  Synthetic synthetic() {
    return synthetic;
  }

  /** Limits requests to one mount for which others wait. */
  Patience patience() {
    return patience;
  }

  PathTracker tracker() {
    return tracker;
  }
}
