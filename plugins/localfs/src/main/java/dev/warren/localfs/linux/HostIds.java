package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.api.FsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Who the host is: what a thread goes back to after it acted for a caller.
 *
 * @param uid the effective user
 * @param gid the effective group
 * @param groups the further groups, 32 bits each
 */
record HostIds(int uid, int gid, MemorySegment groups) {
  /** NGROUPS_MAX. */
  private static final int MOST = 65_536;

  /** The ids of this process, which all its threads have. */
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

  int groupCount() {
    return (int) (groups.byteSize() / Integer.BYTES);
  }
}
