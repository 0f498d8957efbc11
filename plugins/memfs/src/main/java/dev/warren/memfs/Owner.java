package dev.warren.memfs;

import dev.warren.api.Caller;

/**
 * The owner of new files.
 *
 * @param uid the owner's uid
 * @param gid the owner's gid
 */
record Owner(int uid, int gid) {
  /** The id of a caller without one. Other negative values are unsigned ids. */
  private static final int NONE = -1;

  /** Returns the caller's ids; where the caller has none, those of this owner. */
  Owner orCaller(Caller caller) {
    return new Owner(
        caller.uid() == NONE ? uid : caller.uid(), caller.gid() == NONE ? gid : caller.gid());
  }
}
