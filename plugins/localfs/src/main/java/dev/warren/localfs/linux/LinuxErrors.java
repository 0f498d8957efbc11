package dev.warren.localfs.linux;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/** Converts results of system calls to exceptions. */
final class LinuxErrors {
  private LinuxErrors() {}

  /** Returns the result of a call, or throws its error. */
  static long check(long result) throws FsException {
    if (result < 0) {
      throw new FsException(errno(result));
    }
    return result;
  }

  /** Returns the result of a call on a path, or throws its error. */
  static long check(long result, VfsPath path) throws FsException {
    if (result < 0) {
      throw of(result, path);
    }
    return result;
  }

  /** Returns the exception for a call that failed. */
  static FsException of(long result, VfsPath path) {
    Errno errno = errno(result);
    // Clients frequently look up names that do not exist, and know the name: no message is needed.
    return errno == Errno.ENOENT ? new FsException(errno) : new FsException(errno, path);
  }

  /** Whether a call failed with this error. */
  static boolean is(long result, Errno errno) {
    return result == -errno.number();
  }

  private static Errno errno(long result) {
    return Errno.of((int) -result).orElse(Errno.EIO);
  }
}
