package dev.warren.memfs;

import dev.warren.api.Caller;

/**
 * To whom new files belong.
 *
 * @param uid the user's number
 * @param gid the group's number
 */
record Owner(int uid, int gid) {
  /** The caller, or this owner for what the caller has no number of. */
  Owner orCaller(Caller caller) {
    return new Owner(caller.uid() < 0 ? uid : caller.uid(), caller.gid() < 0 ? gid : caller.gid());
  }
}
