package dev.warren.sqlfs.names;

import dev.warren.api.Caller;
import dev.warren.sqlfs.inode.InodeRow;

/**
 * To whom new files belong.
 *
 * @param uid the user's number
 * @param gid the group's number
 */
public record Owner(int uid, int gid) {
  /** What a caller has who has no number. Other negative ones are unsigned numbers. */
  private static final int NONE = -1;

  /** The caller, or this owner for what the caller has no number of. */
  public Owner orCaller(Caller caller) {
    return new Owner(
        caller.uid() == NONE ? uid : caller.uid(), caller.gid() == NONE ? gid : caller.gid());
  }

  /** The same in a directory: one with set-gid passes its group on. */
  Owner in(InodeRow directory) {
    return directory.passesGroupOn() ? new Owner(uid, directory.gid()) : this;
  }
}
