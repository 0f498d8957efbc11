package dev.warren.frontend;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/**
 * A path that follows renames, as a 9P fid does. Thread-safe.
 *
 * <p>An operation on {@link #path()} can coincide with a rename: the file system has completed the
 * rename, the tracked path does not show it yet, and the operation fails with ENOENT for a file
 * that always existed. Therefore, if an operation fails with ENOENT (or ENOTDIR, EXDEV), and the
 * path is {@linkplain #isMoving() moving} or differs from the path that the operation used, call
 * {@link #settled()} on a thread that may block, and if it returns a path that was not tried yet,
 * repeat the operation once with that path. Start tracking before the first access to the file, not
 * after it.
 */
public interface TrackedPath extends AutoCloseable {
  /** The current path of the file, or its last path if its name was removed. Cheap. */
  VfsPath path();

  /**
   * Whether the file has lost this name through the file system that tracks it: it was unlinked, or
   * a rename replaced it. {@link #path()} then no longer changes, and another file may be found
   * there. A front end whose protocol refers to files returns ESTALE; one whose protocol refers to
   * names may continue by name. In a view of part of the tree, a file that was moved out of the
   * view is stale until it is moved back. Cheap.
   */
  default boolean isStale() {
    return false;
  }

  /** Whether an in-flight rename may change {@link #path()}. Cheap. */
  default boolean isMoving() {
    return false;
  }

  /**
   * Waits for all in-flight renames and returns the path after them. May block.
   *
   * @throws FsException EINTR if its {@link dev.warren.api.Cancellation} is cancelled
   */
  default VfsPath settled() throws FsException {
    return path();
  }

  /** Ends the tracking; {@link #path()} no longer changes. A second call does nothing. */
  @Override
  void close();
}
