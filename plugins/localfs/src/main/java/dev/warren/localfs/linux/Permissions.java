package dev.warren.localfs.linux;

import dev.warren.api.FsException;

/**
 * Rules for permission bits that the kernel does not enforce for a privileged process, or that it
 * applies in addition.
 */
final class Permissions {
  private static final int SET_UID = 04000;
  private static final int SET_GID = 02000;
  private static final int GROUP_EXECUTE = 010;

  private Permissions() {}

  /**
   * Whether a new file lacks requested permission bits because of the process's umask. The client
   * has already applied its own umask. If the directory has a default ACL, it replaces the umask,
   * and its result is not changed.
   */
  static boolean lostToUmask(int mode, int wanted, int umask) {
    int got = mode & 07777;
    return got != wanted && got == (wanted & ~umask);
  }

  /**
   * Clears the set-uid and set-gid bits of a file that is about to be changed, as the kernel does
   * for a writer that is not root (file_remove_privs).
   *
   * @param mode st_mode of the file
   */
  static void dropPrivilegeBits(Scratch s, HostFeatures host, int fd, int mode) throws FsException {
    if (!host.privileged()) {
      return;
    }
    int drop = mode & SET_UID;
    if ((mode & (SET_GID | GROUP_EXECUTE)) == (SET_GID | GROUP_EXECUTE)) {
      drop |= SET_GID;
    }
    if (drop != 0) {
      LinuxErrors.check(Syscalls.call(s, SyscallNumbers.FCHMOD, fd, mode & 07777 & ~drop, 0));
    }
  }

  /**
   * Like {@link #dropPrivilegeBits(Scratch, HostFeatures, int, int)}, for a file whose mode is not
   * known yet.
   */
  static void dropPrivilegeBits(Scratch s, HostFeatures host, int fd) throws FsException {
    if (host.privileged()) {
      LinuxErrors.check(s.stat.loadMode(s, fd));
      dropPrivilegeBits(s, host, fd, s.stat.mode());
    }
  }
}
