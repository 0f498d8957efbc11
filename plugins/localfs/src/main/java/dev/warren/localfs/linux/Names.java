package dev.warren.localfs.linux;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/**
 * Creates, removes and moves names: each is a system call on the last name of a path, in a
 * directory that was looked up before.
 */
final class Names {
  private static final int RENAME_ATTEMPTS = 3;

  private final Root root;
  private final Lookup lookup;

  Names(Root root, Lookup lookup) {
    this.root = root;
    this.lookup = lookup;
  }

  void mkdir(Scratch s, VfsPath path, int permissions) throws FsException {
    refuseRoot(path, Errno.EEXIST);
    int directory = lookup.parent(s, s.path, path);
    try {
      int mode = permissions & 01777; // mkdir(2) ignores other bits
      long name = s.path.name();
      LinuxErrors.check(Syscalls.call(s, SyscallNumbers.MKDIRAT, directory, name, mode), path);
      undoUmask(s, directory, name, FileType.DIRECTORY, mode);
    } finally {
      lookup.close(s, directory);
    }
  }

  /**
   * Creates a node.
   *
   * @param devices whether it may be a device node
   */
  void mknod(Scratch s, VfsPath path, int mode, int major, int minor, boolean devices)
      throws FsException {
    FileType type = FileType.ofMode(mode);
    long device = 0;
    switch (type) {
      case REGULAR, FIFO, SOCKET -> {}
      case CHARACTER_DEVICE, BLOCK_DEVICE -> {
        if (!devices) {
          throw new FsException(Errno.EPERM, path);
        }
        device = deviceNumber(path, major, minor);
      }
      case DIRECTORY, SYMBOLIC_LINK -> throw new FsException(Errno.EINVAL, path);
    }
    refuseRoot(path, Errno.EEXIST);
    int directory = lookup.parent(s, s.path, path);
    try {
      int permissions = mode & 07777;
      long name = s.path.name();
      LinuxErrors.check(
          Syscalls.call(
              s, SyscallNumbers.MKNODAT, directory, name, type.modeBits() | permissions, device, 0),
          path);
      undoUmask(s, directory, name, type, permissions);
    } finally {
      lookup.close(s, directory);
    }
  }

  /** Encodes a device number like new_encode_dev() of the kernel, include/linux/kdev_t.h. */
  private static long deviceNumber(VfsPath path, int major, int minor) throws FsException {
    if (major >>> 12 != 0 || minor >>> 20 != 0) {
      throw new FsException(Errno.EINVAL, path);
    }
    return (minor & 0xff) | ((long) major << 8) | ((long) (minor & ~0xff) << 12);
  }

  /**
   * Restores the permission bits that the process's umask removed from a new file, if it still
   * exists.
   */
  private void undoUmask(Scratch s, int directory, long name, FileType type, int wanted)
      throws FsException {
    int umask = root.host().umask();
    if ((wanted & umask) == 0) {
      return;
    }
    int fd = lookup.findName(s, directory, name);
    if (fd < 0) {
      return; // another client has already removed it
    }
    try {
      LinuxErrors.check(s.stat.loadMode(s, fd));
      int inherited = s.stat.mode() & 02000; // from a set-group-ID directory
      if (s.stat.isType(type)
          && Permissions.lostToUmask(s.stat.mode(), wanted | inherited, umask)) {
        new AttributeSetter(root.host()).permissions(s, fd, wanted | inherited);
      }
    } finally {
      s.close(fd);
    }
  }

  void unlink(Scratch s, VfsPath path) throws FsException {
    refuseRoot(path, Errno.EISDIR);
    remove(s, path, 0);
  }

  void rmdir(Scratch s, VfsPath path) throws FsException {
    refuseRoot(path, Errno.EBUSY);
    remove(s, path, Flags.AT_REMOVEDIR);
  }

  private void remove(Scratch s, VfsPath path, long flags) throws FsException {
    int directory = lookup.parent(s, s.path, path);
    try {
      lookup.requireSame(s, directory, s.path.name(), path);
      if (flags == 0) {
        lookup.requireQuickEnd(s, directory, s.path.name());
      }
      LinuxErrors.check(
          Syscalls.call(s, SyscallNumbers.UNLINKAT, directory, s.path.name(), flags), path);
    } finally {
      lookup.close(s, directory);
    }
  }

  void symlink(Scratch s, String target, VfsPath link) throws FsException {
    byte[] text = FileNames.encode(target);
    if (target.indexOf('\0') >= 0) {
      throw new FsException(Errno.EINVAL, link);
    }
    if (!s.target.text(text)) {
      throw new FsException(Errno.ENAMETOOLONG, link);
    }
    refuseRoot(link, Errno.EEXIST);
    int directory = lookup.parent(s, s.path, link);
    long result =
        Syscalls.call(s, SyscallNumbers.SYMLINKAT, s.target.whole(), directory, s.path.name());
    lookup.close(s, directory);
    LinuxErrors.check(result, link);
  }

  void link(Scratch s, VfsPath existing, VfsPath link) throws FsException {
    refuseRoot(existing, Errno.EPERM);
    refuseRoot(link, Errno.EEXIST);
    FoundFile found = lookup.found(existing);
    int from =
        found == null
            ? lookup.parent(s, s.path, existing)
            : lookup.borrow(s, s.path, found, existing);
    try {
      int to = lookup.parent(s, s.target, link);
      long name = s.target.name();
      long result =
          found == null
              ? Syscalls.call(s, SyscallNumbers.LINKAT, from, s.path.name(), to, name, 0)
              : linkFound(s, from, to, name);
      lookup.close(s, to);
      LinuxErrors.check(result, link);
    } finally {
      lookup.close(s, from);
    }
  }

  /** Uses /proc, as open(2) describes for O_TMPFILE; AT_EMPTY_PATH would require a capability. */
  private static long linkFound(Scratch s, int found, int directory, long name) {
    return Syscalls.call(
        s,
        SyscallNumbers.LINKAT,
        Flags.AT_FDCWD,
        s.descriptorPath(found),
        directory,
        name,
        Flags.AT_SYMLINK_FOLLOW);
  }

  void rename(Scratch s, VfsPath from, VfsPath to, boolean replace) throws FsException {
    refuseRoot(from, Errno.EBUSY);
    refuseRoot(to, Errno.EBUSY);
    long result = 0;
    for (int i = 0; i < RENAME_ATTEMPTS; i++) {
      result = renameOnce(s, from, to, replace, i == RENAME_ATTEMPTS - 1);
      // If the target was not in the source's subtree according to the paths, a concurrent rename
      // moved it there between look-up and call; the next look-up sees the new state.
      if (!LinuxErrors.is(result, Errno.EINVAL) || to.startsWith(from)) {
        break;
      }
    }
    LinuxErrors.check(result, from);
  }

  private long renameOnce(Scratch s, VfsPath from, VfsPath to, boolean replace, boolean last)
      throws FsException {
    int source = lookup.parent(s, s.path, from);
    try {
      lookup.requireSame(s, source, s.path.name(), from);
      int target = lookup.parent(s, s.target, to);
      try {
        if (replace) {
          lookup.requireQuickEnd(s, target, s.target.name());
        }
        long result = rename(s, source, target, replace ? 0 : Flags.RENAME_NOREPLACE);
        return last && !replace && LinuxErrors.is(result, Errno.EINVAL)
            ? renameByHand(s, source, target)
            : result;
      } finally {
        lookup.close(s, target);
      }
    } finally {
      lookup.close(s, source);
    }
  }

  private static long rename(Scratch s, int source, int target, long flags) {
    return Syscalls.call(
        s, SyscallNumbers.RENAMEAT2, source, s.path.name(), target, s.target.name(), flags);
  }

  /**
   * For file systems that do not support RENAME_NOREPLACE, such as NFS: creates a second name and
   * removes the first, which cannot replace a file. A directory cannot have a second name; for a
   * directory, a file that is created at the target between look-up and rename is replaced.
   */
  private static long renameByHand(Scratch s, int source, int target) {
    long linked =
        Syscalls.call(s, SyscallNumbers.LINKAT, source, s.path.name(), target, s.target.name(), 0);
    if (linked >= 0) {
      return Syscalls.call(s, SyscallNumbers.UNLINKAT, source, s.path.name(), 0);
    }
    if (!LinuxErrors.is(linked, Errno.EPERM)) {
      return linked;
    }
    long there = s.stat.load(s, target, s.target.name());
    return LinuxErrors.is(there, Errno.ENOENT)
        ? rename(s, source, target, 0)
        : there < 0 ? there : -Errno.EEXIST.number();
  }

  private static void refuseRoot(VfsPath path, Errno errno) throws FsException {
    if (path.isRoot()) {
      throw new FsException(errno, path);
    }
  }
}
