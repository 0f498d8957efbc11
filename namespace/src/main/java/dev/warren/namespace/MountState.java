package dev.warren.namespace;

/** The state of a mount. */
public enum MountState {
  /** All operations work. */
  UP,
  /**
   * The mount could not be opened, or did not respond when it was unmounted: all operations are EIO
   * with the reason, except those on directories that lead to other mounts.
   */
  FAILED,
  /**
   * The mount is being unmounted or is about to be replaced: new operations are EIO, in-flight ones
   * may complete.
   */
  DRAINING
}
