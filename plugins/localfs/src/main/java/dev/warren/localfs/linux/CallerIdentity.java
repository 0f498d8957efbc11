package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.lang.foreign.MemorySegment;

/**
 * A caller's rights, on a host that runs as root: user, group and groups for the file system calls
 * of one thread (setfsuid(2)). With a user other than root the kernel takes from the thread the
 * capabilities that override permissions, and gives them back afterwards (capabilities(7), "Effect
 * of user ID changes").
 */
final class CallerIdentity implements Identity {
  /** Whose rights a caller has who has no number here: nobody's. */
  private static final int NOBODY = 65534;

  private static final int MAX_GROUPS = Scratch.BOUNCE_BYTES / Integer.BYTES;

  /** An id that does not exist: setting it changes nothing and tells what is set. */
  private static final long QUERY = -1;

  private final HostIds host;
  private final int uid;
  private final int gid;
  private final int[] groups;

  CallerIdentity(HostIds host, Caller caller) {
    this.host = host;
    boolean known = caller.uid() != -1;
    uid = known ? caller.uid() : NOBODY;
    gid = known && caller.gid() != -1 ? caller.gid() : NOBODY;
    groups = known ? caller.groups().stream().mapToInt(Integer::intValue).toArray() : new int[0];
  }

  @Override
  public void assume(Scratch s) throws FsException {
    if (groups.length > MAX_GROUPS) {
      throw new FsException(Errno.EPERM, "more groups than fit");
    }
    MemorySegment memory = s.bounce();
    MemorySegment.copy(groups, 0, memory, JAVA_INT, 0, groups.length);
    LinuxErrors.check(
        Syscalls.call(s, SyscallNumbers.SETGROUPS, groups.length, memory.address(), 0));
    if (!set(SyscallNumbers.SETFSGID, gid) || !set(SyscallNumbers.SETFSUID, uid)) {
      drop(s);
      throw new FsException(Errno.EPERM, "the host cannot act as uid " + uid);
    }
  }

  @Override
  public void drop(Scratch s) {
    // The user first: root's capabilities come back with it, and the groups need them.
    boolean restored =
        set(SyscallNumbers.SETFSUID, host.uid())
            && set(SyscallNumbers.SETFSGID, host.gid())
            && Syscalls.call(
                    s, SyscallNumbers.SETGROUPS, host.groupCount(), host.groups().address(), 0)
                >= 0;
    if (!restored) {
      // A thread with a stranger's rights must not serve anybody else, and cannot be told apart.
      Runtime.getRuntime().halt(1);
    }
  }

  private static boolean set(long call, int id) {
    Syscalls.bare(call, Integer.toUnsignedLong(id));
    return (int) Syscalls.bare(call, QUERY) == id;
  }
}
