package dev.warren.localfs.linux;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/** From the answers of system calls to exceptions. */
final class LinuxErrors {
  private LinuxErrors() {}

  /** The answer of a call, or its error. */
  static long check(long result) throws FsException {
    if (result < 0) {
      throw new FsException(errno(result));
    }
    return result;
  }

  /** The answer of a call on a path, or its error. */
  static long check(long result, VfsPath path) throws FsException {
    if (result < 0) {
      throw of(result, path);
    }
    return result;
  }

  /** The exception for the answer of a call that failed. */
  static FsException of(long result, VfsPath path) {
    Errno errno = errno(result);
    // Clients look up names that are not there all the time; those who ask know the name.
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
