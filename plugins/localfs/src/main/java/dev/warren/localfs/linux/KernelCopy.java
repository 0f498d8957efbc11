package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Copies with copy_file_range(2): the bytes do not pass through this process, or are shared on the
 * disk.
 */
final class KernelCopy {
  /** Returned if the kernel cannot copy between these two files. */
  static final long UNSUPPORTED = -1;

  /** How many bytes one call copies at most, so that no call takes too long. */
  private static final long CHUNK = 256L << 20;

  private static final List<Errno> CANNOT =
      List.of(Errno.EXDEV, Errno.EOPNOTSUPP, Errno.ENOSYS, Errno.EPERM);

  private KernelCopy() {}

  /**
   * Copies bytes.
   *
   * @param count how many bytes to copy; the source must have as many
   */
  static long copy(
      Scratch s, int from, long offset, long count, int to, long targetOffset, HostFeatures host)
      throws FsException {
    if (offset < 0 || count < 0 || targetOffset < 0) {
      throw new FsException(Errno.EINVAL);
    }
    if (count > 0 && !isRefused(s, from, offset, count, to, targetOffset)) {
      // Before the first byte, so that no user can run a half-copied program with another's rights.
      Permissions.dropPrivilegeBits(s, host, to);
    }
    MemorySegment positions = s.general();
    positions.set(JAVA_LONG, 0, offset);
    positions.set(JAVA_LONG, 8, targetOffset);
    long address = positions.address();
    long done = 0;
    while (done < count) {
      long n = copyOnce(s, from, to, address, Math.min(CHUNK, count - done));
      if (LinuxErrors.is(n, Errno.EINTR)) {
        continue;
      }
      if (n == 0 || (n < 0 && done > 0)) {
        break;
      }
      if (n < 0 && CANNOT.stream().anyMatch(errno -> LinuxErrors.is(n, errno))) {
        return UNSUPPORTED;
      }
      done += LinuxErrors.check(n);
    }
    return done;
  }

  /** Whether the kernel refuses a copy because it would overlap within one file: EINVAL. */
  private static boolean isRefused(
      Scratch s, int from, long offset, long count, int to, long targetOffset) throws FsException {
    if (offset >= targetOffset + count || targetOffset >= offset + count) {
      return false;
    }
    LinuxErrors.check(s.stat.loadMode(s, from));
    long device = s.stat.device();
    long inode = s.stat.inode();
    LinuxErrors.check(s.stat.loadMode(s, to));
    return device == s.stat.device() && inode == s.stat.inode();
  }

  private static long copyOnce(Scratch s, int from, int to, long positions, long count) {
    return Syscalls.call(
        s, SyscallNumbers.COPY_FILE_RANGE, from, positions, to, positions + 8, count, 0);
  }
}
