package dev.warren.namespace;

/** What a mount can do. */
public enum MountState {
  /** Everything. */
  UP,
  /**
   * It could not be opened, or did not answer when it was to be unmounted: all operations answer
   * EIO with the reason, but for those on directories that lead to other mounts.
   */
  FAILED,
  /**
   * It is being unmounted or about to be replaced: new operations answer EIO, those that run may
   * end.
   */
  DRAINING
}
