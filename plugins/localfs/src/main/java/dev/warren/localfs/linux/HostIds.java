package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.api.FsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The host's own ids, to which a thread returns after acting for a caller.
 *
 * @param uid the effective user
 * @param gid the effective group
 * @param groups the supplementary groups, 32 bits each
 */
record HostIds(int uid, int gid, MemorySegment groups) {
  /** NGROUPS_MAX. */
  private static final int MOST = 65_536;

  /** An invalid id: trying to set it changes nothing and returns the current id. */
  private static final long QUERY = -1;

  /** Returns the ids of this process, which all its threads have. */
  static HostIds load(Scratch s) throws FsException {
    int uid = (int) Syscalls.call(s, SyscallNumbers.GETEUID, 0);
    int gid = (int) Syscalls.call(s, SyscallNumbers.GETEGID, 0);
    MemorySegment groups = Arena.ofAuto().allocate(JAVA_INT, MOST);
    long count =
        LinuxErrors.check(Syscalls.call(s, SyscallNumbers.GETGROUPS, MOST, groups.address(), 0));
    MemorySegment kept = Arena.ofAuto().allocate(JAVA_INT, Math.max(1, count));
    MemorySegment.copy(groups, 0, kept, 0, count * Integer.BYTES);
    return new HostIds(uid, gid, kept.asSlice(0, count * Integer.BYTES));
  }

  /**
   * Whether the calling thread's file-system calls have the host's rights. The group must be
   * checked as well: a caller may have the host's user but another group.
   */
  boolean isWhoThreadIs() {
    return fileUser() == uid && fileGroup() == gid;
  }

  /** Restores the host's ids on the calling thread. */
  void restore(Scratch s) {
    // The user must be first: root's capabilities return with it, and setting the groups requires
    // them.
    boolean restored =
        setFileUser(uid)
            && setFileGroup(gid)
            && Syscalls.call(s, SyscallNumbers.SETGROUPS, groupCount(), groups.address(), 0) >= 0;
    if (!restored) {
      // A thread with another user's rights must not serve anyone else, and cannot be recognised
      // later.
      Runtime.getRuntime().halt(1);
    }
  }

  private int groupCount() {
    return (int) (groups.byteSize() / Integer.BYTES);
  }

  /** setfsuid(2); returns false if the kernel refuses. */
  static boolean setFileUser(int id) {
    Syscalls.bare(SyscallNumbers.SETFSUID, Integer.toUnsignedLong(id));
    return fileUser() == id;
  }

  /** setfsgid(2); returns false if the kernel refuses. */
  static boolean setFileGroup(int id) {
    Syscalls.bare(SyscallNumbers.SETFSGID, Integer.toUnsignedLong(id));
    return fileGroup() == id;
  }

  private static int fileGroup() {
    return (int) Syscalls.bare(SyscallNumbers.SETFSGID, QUERY);
  }

  private static int fileUser() {
    return (int) Syscalls.bare(SyscallNumbers.SETFSUID, QUERY);
  }
}
