package dev.warren.namespace.track;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.TrackedPath;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link TrackedPath}. Reading it does not acquire a lock. */
final class FollowedPath implements TrackedPath {
  private final PathTracker tracker;
  private volatile VfsPath path;
  private volatile boolean stale;

  // Guarded by the tracker; the node is null once the path is no longer tracked.
  @Nullable PathNode node;
  @Nullable FollowedPath previous;
  @Nullable FollowedPath next;

  FollowedPath(PathTracker tracker, VfsPath path) {
    this.tracker = tracker;
    this.path = path;
  }

  void moveTo(VfsPath newPath) {
    path = newPath;
  }

  void becomeStale() {
    stale = true;
  }

  @Override
  public VfsPath path() {
    return path;
  }

  @Override
  public boolean isStale() {
    return stale;
  }

  @Override
  public boolean isMoving() {
    return tracker.isMoving(path);
  }

  @Override
  public VfsPath settled() throws FsException {
    tracker.awaitSettled(path);
    return path;
  }

  @Override
  public void close() {
    tracker.close(this);
  }
}
