package dev.warren.localfs.linux;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import org.jspecify.annotations.Nullable;

/** Changes attributes of a file by its descriptor, in the order that the contract specifies. */
final class AttributeSetter {
  private static final long UTIME_NOW = (1L << 30) - 1;
  private static final long UTIME_OMIT = (1L << 30) - 2;

  private final HostFeatures host;

  AttributeSetter(HostFeatures host) {
    this.host = host;
  }

  /**
   * Applies all changes to a file that is open; it must be open for writing if its size is to
   * change.
   */
  void applyToOpen(Scratch s, int fd, AttributeChanges changes) throws FsException {
    if (changes.size() != null) {
      truncate(s, fd, changes.size());
    }
    owner(s, fd, changes);
    if (changes.permissions() != null) {
      LinuxErrors.check(Syscalls.call(s, SyscallNumbers.FCHMOD, fd, changes.permissions(), 0));
    }
    times(s, fd, changes);
  }

  /** Applies all changes except the size to a file whose descriptor is O_PATH. */
  void applyToFound(Scratch s, int fd, AttributeChanges changes) throws FsException {
    owner(s, fd, changes);
    if (changes.permissions() != null) {
      permissions(s, fd, changes.permissions());
    }
    times(s, fd, changes);
  }

  /** ftruncate(2). */
  void truncate(Scratch s, int fd, long size) throws FsException {
    LinuxErrors.check(Syscalls.call(s, SyscallNumbers.FTRUNCATE, fd, size, 0));
    Permissions.dropPrivilegeBits(s, host, fd);
  }

  /** Sets the permissions of a file whose descriptor is O_PATH. */
  void permissions(Scratch s, int fd, int bits) throws FsException {
    long result;
    if (host.chmodByDescriptor()) {
      result =
          Syscalls.call(s, SyscallNumbers.FCHMODAT2, fd, s.empty(), bits, Flags.AT_EMPTY_PATH, 0);
    } else {
      LinuxErrors.check(s.stat.loadMode(s, fd));
      if (s.stat.isType(FileType.SYMBOLIC_LINK)) {
        throw new FsException(Errno.EOPNOTSUPP);
      }
      result =
          Syscalls.call(s, SyscallNumbers.FCHMODAT, Flags.AT_FDCWD, s.descriptorPath(fd), bits);
    }
    LinuxErrors.check(result);
  }

  private static void owner(Scratch s, int fd, AttributeChanges changes) throws FsException {
    if (changes.uid() != null || changes.gid() != null) {
      long uid = changes.uid() == null ? -1 : changes.uid();
      long gid = changes.gid() == null ? -1 : changes.gid();
      LinuxErrors.check(
          Syscalls.call(s, SyscallNumbers.FCHOWNAT, fd, s.empty(), uid, gid, Flags.AT_EMPTY_PATH));
    }
  }

  private static void times(Scratch s, int fd, AttributeChanges changes) throws FsException {
    if (changes.accessTime() != null || changes.modifyTime() != null) {
      time(s, 0, changes.accessTime());
      time(s, 1, changes.modifyTime());
      LinuxErrors.check(
          Syscalls.call(
              s, SyscallNumbers.UTIMENSAT, fd, s.empty(), s.times(), Flags.AT_EMPTY_PATH, 0));
    }
  }

  private static void time(Scratch s, int index, @Nullable TimeChange change) {
    if (change == null) {
      s.time(index, 0, UTIME_OMIT);
    } else if (change.now()) {
      s.time(index, 0, UTIME_NOW);
    } else {
      s.time(index, change.seconds(), change.nanos());
    }
  }
}
