package dev.warren.memfs;

import dev.warren.api.Caller;

/**
 * To whom new files belong.
 *
 * @param uid the user's number
 * @param gid the group's number
 */
record Owner(int uid, int gid) {
  /** What a caller has who has no number. Other negative ones are unsigned numbers. */
  private static final int NONE = -1;

  /** The caller, or this owner for what the caller has no number of. */
  Owner orCaller(Caller caller) {
    return new Owner(
        caller.uid() == NONE ? uid : caller.uid(), caller.gid() == NONE ? gid : caller.gid());
  }
}
