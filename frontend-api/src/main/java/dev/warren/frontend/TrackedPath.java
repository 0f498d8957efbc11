package dev.warren.frontend;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/**
 * A path that follows renames, as a 9P fid does. Thread-safe.
 *
 * <p>An operation on {@link #path()} can meet a rename half way: the file system has it done, the
 * path does not show it yet, and the answer is ENOENT for a file that was never gone. So where an
 * operation ended with ENOENT (or ENOTDIR, EXDEV), and the path is {@linkplain #isMoving() moving}
 * or no longer the one the operation went to, take {@link #settled()}, on a thread that may wait,
 * and if that is another path than the one tried, try once more with it. Start the tracking before
 * the first look at the file, not after it.
 */
public interface TrackedPath extends AutoCloseable {
  /** Where the file is now, or was when its last name went. Cheap. */
  VfsPath path();

  /**
   * Whether the file has lost this name through the file system that tracks it: it was unlinked, or
   * a rename put another file in its place. Then {@link #path()} does not change any more, and what
   * may be found there is another file. A front end that speaks of files answers ESTALE; one that
   * speaks of names may go on by name. In a view of a part of the tree, a file that was moved out
   * of it is stale until it comes back. Cheap.
   */
  default boolean isStale() {
    return false;
  }

  /** Whether a rename runs that may change {@link #path()}. Cheap. */
  default boolean isMoving() {
    return false;
  }

  /**
   * The path when all renames that run now have ended. May wait for them.
   *
   * @throws FsException EINTR if its {@link dev.warren.api.Cancellation} is cancelled
   */
  default VfsPath settled() throws FsException {
    return path();
  }

  /** Ends the tracking; {@link #path()} stays as it is. A second call does nothing. */
  @Override
  void close();
}
