package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.lang.foreign.MemorySegment;

/**
 * A caller's rights, on a host that runs as root: user, group and supplementary groups for the
 * file-system calls of one thread (setfsuid(2)). When the thread assumes a user other than root,
 * the kernel removes the capabilities that override permissions, and restores them afterwards
 * (capabilities(7), "Effect of user ID changes").
 */
final class CallerIdentity implements Identity {
  /** The uid and gid for a caller that has none on this system: those of nobody. */
  private static final int NOBODY = 65534;

  private static final int MAX_GROUPS = Scratch.BOUNCE_BYTES / Integer.BYTES;

  private final HostIds host;
  private final int uid;
  private final int gid;
  private final int[] groups;
  private final boolean trusted;

  CallerIdentity(HostIds host, Caller caller) {
    this.host = host;
    boolean known = caller.uid() != -1;
    uid = known ? caller.uid() : NOBODY;
    gid = known && caller.gid() != -1 ? caller.gid() : NOBODY;
    groups = known ? caller.groups().stream().mapToInt(Integer::intValue).toArray() : new int[0];
    trusted = caller.trusted();
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
    if (!HostIds.setFileGroup(gid) || !HostIds.setFileUser(uid)) {
      drop(s);
      throw new FsException(Errno.EPERM, "the host cannot act as uid " + uid);
    }
  }

  @Override
  public void drop(Scratch s) {
    host.restore(s);
  }

  @Override
  public boolean isTrusted() {
    return trusted;
  }
}
