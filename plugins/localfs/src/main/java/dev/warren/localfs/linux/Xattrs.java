package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Extended attributes. The file is looked up, not opened, which requires no permission to read it;
 * the system calls accept such a descriptor only by its name in /proc. The kernel decides which
 * name spaces exist and who may use them, with one exception: {@code security} and {@code trusted},
 * which require capabilities. A thread that has a caller's file-system rights (setfsuid(2)) still
 * has the host's capabilities for them, and {@code security.capability} on a user's own program
 * would make that user root.
 */
final class Xattrs {
  /** XATTR_SIZE_MAX and XATTR_LIST_MAX. */
  private static final int MAX_BYTES = 65_536;

  private static final String SECURITY = "security.";
  private static final String TRUSTED = "trusted.";

  private final Lookup lookup;
  private final boolean trustedCaller;

  /**
   * @param trustedCaller whether the caller may change attributes that require capabilities
   */
  Xattrs(Lookup lookup, boolean trustedCaller) {
    this.lookup = lookup;
    this.trustedCaller = trustedCaller;
  }

  /**
   * Returns the same errors as the kernel for a process without the capability (xattr_permission).
   */
  private void requireChangeable(String name, VfsPath path) throws FsException {
    if (!trustedCaller && (name.startsWith(SECURITY) || name.startsWith(TRUSTED))) {
      throw new FsException(Errno.EPERM, path);
    }
  }

  private boolean isVisible(String name) {
    return trustedCaller || !name.startsWith(TRUSTED);
  }

  List<String> list(Scratch s, VfsPath path) throws FsException {
    MemorySegment buffer = s.bounce();
    int fd = lookup.find(s, path);
    long n =
        Syscalls.call(
            s, SyscallNumbers.LISTXATTR, s.descriptorPath(fd), buffer.address(), MAX_BYTES);
    lookup.close(s, fd);
    byte[] bytes = bytes(buffer, n, path);
    List<String> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        String name = FileNames.decode(bytes, start, i - start);
        if (isVisible(name)) {
          names.add(name);
        }
        start = i + 1;
      }
    }
    return names;
  }

  byte[] get(Scratch s, VfsPath path, String name) throws FsException {
    long nameAddress = name(s, name, path);
    MemorySegment buffer = s.bounce();
    int fd = lookup.find(s, path);
    if (!isVisible(name)) {
      lookup.close(s, fd);
      throw new FsException(Errno.ENODATA, path);
    }
    long n =
        Syscalls.call(
            s,
            SyscallNumbers.GETXATTR,
            s.descriptorPath(fd),
            nameAddress,
            buffer.address(),
            MAX_BYTES,
            0);
    lookup.close(s, fd);
    return bytes(buffer, n, path);
  }

  void set(Scratch s, VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    requireChangeable(name, path);
    if (value.length > MAX_BYTES) {
      throw new FsException(Errno.E2BIG, path);
    }
    long nameAddress = name(s, name, path);
    MemorySegment buffer = s.bounce();
    MemorySegment.copy(value, 0, buffer, JAVA_BYTE, 0, value.length);
    int fd = lookup.find(s, path);
    long result =
        Syscalls.call(
            s,
            SyscallNumbers.SETXATTR,
            s.descriptorPath(fd),
            nameAddress,
            buffer.address(),
            value.length,
            switch (mode) {
              case SET -> 0;
              case CREATE -> Flags.XATTR_CREATE;
              case REPLACE -> Flags.XATTR_REPLACE;
            });
    lookup.close(s, fd);
    check(result, path);
  }

  void remove(Scratch s, VfsPath path, String name) throws FsException {
    requireChangeable(name, path);
    long nameAddress = name(s, name, path);
    int fd = lookup.find(s, path);
    long result =
        Syscalls.call(s, SyscallNumbers.REMOVEXATTR, s.descriptorPath(fd), nameAddress, 0);
    lookup.close(s, fd);
    check(result, path);
  }

  private static long name(Scratch s, String name, VfsPath path) throws FsException {
    if (name.indexOf('\0') >= 0) {
      throw new FsException(Errno.EINVAL, path);
    }
    if (!s.target.text(FileNames.encode(name))) {
      throw new FsException(Errno.ERANGE, path);
    }
    return s.target.whole();
  }

  private static byte[] bytes(MemorySegment buffer, long count, VfsPath path) throws FsException {
    return buffer.asSlice(0, check(count, path)).toArray(JAVA_BYTE);
  }

  private static long check(long result, VfsPath path) throws FsException {
    // The file exists, because its descriptor is open; so /proc is missing.
    return LinuxErrors.check(
        LinuxErrors.is(result, Errno.ENOENT) ? -Errno.EOPNOTSUPP.number() : result, path);
  }
}
