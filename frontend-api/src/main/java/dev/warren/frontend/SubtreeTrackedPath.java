package dev.warren.frontend;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/** A tracked path, as seen through a {@link SubtreeFileSystem}. */
final class SubtreeTrackedPath implements TrackedPath {
  private final TrackedPath outer;
  private final VfsPath root;

  /** The last result, so that a path that has not moved costs only a comparison. */
  private volatile Seen seen;

  private record Seen(VfsPath outer, VfsPath inner) {}

  SubtreeTrackedPath(TrackedPath outer, VfsPath root, VfsPath path) {
    this.outer = outer;
    this.root = root;
    VfsPath plain = path.plain();
    seen = new Seen(plain.rebase(VfsPath.ROOT, root), plain);
  }

  @Override
  public VfsPath path() {
    return inner(outer.path());
  }

  private VfsPath inner(VfsPath now) {
    Seen last = seen;
    if (!last.outer.equals(now) && now.startsWith(root)) {
      last = new Seen(now, now.rebase(root, VfsPath.ROOT));
      seen = last;
    }
    return last.inner;
  }

  /** A file that was moved out of the view is stale there, but may be moved back. */
  @Override
  public boolean isStale() {
    return outer.isStale() || !outer.path().startsWith(root);
  }

  @Override
  public boolean isMoving() {
    return outer.isMoving();
  }

  @Override
  public VfsPath settled() throws FsException {
    return inner(outer.settled());
  }

  @Override
  public void close() {
    outer.close();
  }
}
