package dev.warren.sqlfs.names;

import dev.warren.api.Caller;
import dev.warren.sqlfs.inode.InodeRow;

/**
 * The owner of new files.
 *
 * @param uid the user ID
 * @param gid the group ID
 */
public record Owner(int uid, int gid) {
  /** The ID of a caller without one. Other negative numbers are unsigned IDs. */
  private static final int NONE = -1;

  /** The caller, with this owner's IDs where the caller has none. */
  public Owner orCaller(Caller caller) {
    return new Owner(
        caller.uid() == NONE ? uid : caller.uid(), caller.gid() == NONE ? gid : caller.gid());
  }

  /** The owner of new files in a directory: one with set-gid passes its group on. */
  Owner in(InodeRow directory) {
    return directory.passesGroupOn() ? new Owner(uid, directory.gid()) : this;
  }
}
