package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.localfs.common.KernelTrees;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Reads and changes attributes of a file without opening it, where that is possible. */
final class Attributes {
  private final Lookup lookup;
  private final Opener opener;
  private final AttributeSetter setter;

  Attributes(Root root, Lookup lookup, Opener opener) {
    this.lookup = lookup;
    this.opener = opener;
    setter = new AttributeSetter(root.host());
  }

  void change(Scratch s, VfsPath path, AttributeChanges changes) throws FsException {
    Long size = changes.size();
    if (size != null && size < 0) {
      throw new FsException(Errno.EINVAL, path);
    }
    // All changes are made to one descriptor, even if the name refers to another file meanwhile.
    int fd = size == null ? lookup.find(s, path) : opener.open(s, path, OpenOptions.WRITE, 0);
    try {
      if (size == null) {
        setter.applyToFound(s, fd, changes);
      } else {
        LinuxErrors.check(s.stat.load(s, fd), path);
        lookup.waiting().requireQuick(s.stat.extent() - size);
        setter.applyToOpen(s, fd, changes);
      }
    } finally {
      lookup.close(s, fd);
    }
  }

  String readlink(Scratch s, VfsPath path) throws FsException {
    int fd = lookup.find(s, path);
    MemorySegment text = s.bounce();
    long n =
        Syscalls.call(
            s, SyscallNumbers.READLINKAT, fd, s.empty(), text.address(), Scratch.BOUNCE_BYTES, 0);
    lookup.close(s, fd);
    if (LinuxErrors.is(n, Errno.ENOENT)) { // for an empty path, which is EINVAL otherwise
      throw new FsException(Errno.EINVAL, path);
    }
    return FileNames.decode(text.asSlice(0, LinuxErrors.check(n, path)).toArray(JAVA_BYTE));
  }

  FileSystemStats statfs(Scratch s, VfsPath path) throws FsException {
    int fd = lookup.find(s, path);
    MemorySegment numbers = s.general();
    long result = loadStatfs(s, fd, numbers);
    lookup.close(s, fd);
    LinuxErrors.check(result, path);
    long fragment = numbers.get(JAVA_LONG, 72);
    return new FileSystemStats(
        (int) numbers.get(JAVA_LONG, 0),
        (int) (fragment > 0 ? fragment : numbers.get(JAVA_LONG, 8)),
        numbers.get(JAVA_LONG, 16),
        numbers.get(JAVA_LONG, 24),
        numbers.get(JAVA_LONG, 32),
        numbers.get(JAVA_LONG, 40),
        numbers.get(JAVA_LONG, 48),
        (numbers.get(JAVA_INT, 56) & 0xFFFF_FFFFL) | ((long) numbers.get(JAVA_INT, 60) << 32),
        (int) numbers.get(JAVA_LONG, 64));
  }

  /** Returns the kind of storage of the file system that contains a descriptor's file. */
  static StorageKind kind(Scratch s, int fd) {
    MemorySegment numbers = s.general();
    return loadStatfs(s, fd, numbers) < 0
        ? StorageKind.REMOTE
        : StorageKind.of(numbers.get(JAVA_LONG, 0));
  }

  /**
   * Returns the name of the kernel file system that contains a descriptor's file; null for any
   * other.
   */
  static @Nullable String kernelTree(Scratch s, int fd) throws FsException {
    MemorySegment numbers = s.general();
    LinuxErrors.check(loadStatfs(s, fd, numbers));
    return KernelTrees.name(numbers.get(JAVA_LONG, 0));
  }

  /** Fills a struct statfs, which has the same layout on both processors. */
  private static long loadStatfs(Scratch s, int fd, MemorySegment numbers) {
    return Syscalls.call(s, SyscallNumbers.FSTATFS, fd, numbers.address(), 0);
  }
}
