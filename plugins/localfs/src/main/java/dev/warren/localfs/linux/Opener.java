package dev.warren.localfs.linux;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;

/**
 * Opens regular files, and nothing else: to open a device or a FIFO of the host acts on it, even
 * when it is closed at once. The type is looked at before, and again after, for names that change
 * in between; until that second look nothing waits and nothing is read.
 */
final class Opener {
  /** How often a name may come and go between two steps before that is taken for an answer. */
  private static final int ATTEMPTS = 100;

  private final Root root;
  private final Lookup lookup;

  Opener(Root root, Lookup lookup) {
    this.root = root;
    this.lookup = lookup;
  }

  /** Opens a file. {@link Scratch#stat} holds its mode, inode and device afterwards. */
  int open(Scratch s, VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (path.isRoot()) {
      throw new FsException(
          options.create() && options.exclusive() ? Errno.EEXIST : Errno.EISDIR, path);
    }
    if (root.readOnly() && options.write()) {
      throw new FsException(Errno.EROFS, path);
    }
    int directory = lookup.parent(s, s.path, path);
    try {
      return openName(s, directory, path, options, permissions);
    } finally {
      lookup.close(s, directory);
    }
  }

  private int openName(Scratch s, int directory, VfsPath path, OpenOptions options, int permissions)
      throws FsException {
    long flags = flags(options);
    long result = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
      result = lookup.statName(s, directory, s.path.name());
      if (LinuxErrors.is(result, Errno.ENOENT) && options.create()) {
        if (root.readOnly()) {
          throw new FsException(Errno.EROFS, path);
        }
        result =
            lookup.openName(
                s,
                directory,
                s.path.name(),
                flags | Flags.O_CREAT | Flags.O_EXCL,
                permissions & 07777);
        if (LinuxErrors.is(result, Errno.EEXIST)) {
          continue;
        }
        return created(s, (int) LinuxErrors.check(result, path), path, permissions);
      }
      LinuxErrors.check(result, path);
      if (options.create() && options.exclusive()) {
        throw new FsException(Errno.EEXIST, path);
      }
      requireRegular(s, path);
      long truncate = options.truncate() ? Flags.O_TRUNC : 0;
      result = lookup.openName(s, directory, s.path.name(), flags | truncate, 0);
      if (LinuxErrors.is(result, Errno.ENOENT) && options.create()) {
        continue;
      }
      return opened(s, (int) LinuxErrors.check(result, path), path, options);
    }
    throw LinuxErrors.of(result, path);
  }

  private static long flags(OpenOptions options) {
    long flags = options.write() ? options.read() ? Flags.O_RDWR : Flags.O_WRONLY : 0;
    flags |= options.append() ? Flags.O_APPEND : 0;
    return flags | (options.sync() ? Flags.O_SYNC : 0);
  }

  private int created(Scratch s, int fd, VfsPath path, int permissions) throws FsException {
    try {
      LinuxErrors.check(s.stat.loadMode(s, fd), path);
      int wanted = permissions & 07777;
      if (Permissions.lostToUmask(s.stat.mode(), wanted, root.host().umask())) {
        LinuxErrors.check(Syscalls.call(s, SyscallNumbers.FCHMOD, fd, wanted, 0), path);
      }
      return fd;
    } catch (FsException e) {
      s.close(fd);
      throw e;
    }
  }

  private int opened(Scratch s, int fd, VfsPath path, OpenOptions options) throws FsException {
    try {
      LinuxErrors.check(s.stat.loadMode(s, fd), path);
      requireRegular(s, path);
      if (options.truncate()) {
        Permissions.dropPrivilegeBits(s, root.host(), fd, s.stat.mode());
      }
      return fd;
    } catch (FsException e) {
      s.close(fd);
      throw e;
    }
  }

  private static void requireRegular(Scratch s, VfsPath path) throws FsException {
    if (!s.stat.isRegular()) {
      throw new FsException(
          switch (s.stat.type()) {
            case DIRECTORY -> Errno.EISDIR;
            case SYMBOLIC_LINK -> Errno.ELOOP;
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE, REGULAR -> Errno.ENXIO;
          },
          path);
    }
  }
}
