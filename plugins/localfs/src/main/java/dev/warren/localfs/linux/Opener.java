package dev.warren.localfs.linux;

import dev.warren.api.Errno;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;

/**
 * Opens regular files only: opening a device or a FIFO of the host has effects, even if it is
 * closed immediately. The type is checked before opening, and again afterwards in case the name
 * changed in between; until the second check, nothing blocks and nothing is read.
 */
final class Opener {
  /** How often a name may appear and disappear between two steps before the operation fails. */
  private static final int ATTEMPTS = 100;

  private final Root root;
  private final Lookup lookup;
  private final Runnable afterLook;

  /**
   * @param afterLook runs between the first check of a name's type and opening it, where a test
   *     replaces the file
   */
  Opener(Root root, Lookup lookup, Runnable afterLook) {
    this.root = root;
    this.lookup = lookup;
    this.afterLook = afterLook;
  }

  /** Opens a file. Afterwards, {@link Scratch#stat} contains the file's device. */
  int open(Scratch s, VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (path.isRoot()) {
      throw new FsException(
          options.create() && options.exclusive() ? Errno.EEXIST : Errno.EISDIR, path);
    }
    if (root.readOnly() && options.write()) {
      throw new FsException(Errno.EROFS, path);
    }
    FoundFile found = lookup.found(path);
    if (found != null && !(options.create() && options.exclusive())) {
      return openFound(s, found, path, options);
    }
    // Usually a file to create does not exist, and any other file exists: in both cases the parent
    // directory need not be opened.
    int start = lookup.start(s, path);
    try {
      int fd =
          options.create()
              ? createWhole(s, start, path, options, permissions)
              : openWhole(s, start, path, options);
      if (fd >= 0) {
        return fd;
      }
    } finally {
      lookup.close(s, start);
    }
    int directory = lookup.parent(s, s.path, path);
    try {
      return openOrCreate(s, directory, path, options, permissions);
    } finally {
      lookup.close(s, directory);
    }
  }

  /** Opens the file of a handle, whatever its names are by now. */
  private int openFound(Scratch s, FoundFile found, VfsPath path, OpenOptions options)
      throws FsException {
    int fd = lookup.borrow(s, s.path, found, path);
    try {
      if (options.truncate()) {
        LinuxErrors.check(s.stat.load(s, fd), path);
      }
      requireOpenable(s, found.type(), path, options);
      if (options.truncate()) {
        lookup.waiting().requireMayChange();
      }
      int opened = lookup.reopen(s, fd, flagsForExisting(options));
      LinuxErrors.check(opened, path);
      if (options.truncate()) {
        return opened(s, opened, path, options);
      }
      s.stat.setDevice(found.device()); // another statx(2) would say the same
      return opened;
    } finally {
      lookup.close(s, fd);
    }
  }

  /** Opens an existing file. */
  private int openWhole(Scratch s, int start, VfsPath path, OpenOptions options)
      throws FsException {
    int found = (int) LinuxErrors.check(lookup.findName(s, start, s.path.whole()), path);
    long result = options.truncate() ? s.stat.load(s, found) : s.stat.loadMode(s, found);
    s.close(found);
    LinuxErrors.check(result, path);
    requireOpenable(s, s.stat.type(), path, options);
    int fd = lookup.openName(s, start, s.path.whole(), flagsForExisting(options), 0);
    return opened(s, (int) LinuxErrors.check(fd, path), path, options);
  }

  /** Creates a file that does not exist; returns -EEXIST without any effect if the name exists. */
  private int createWhole(Scratch s, int start, VfsPath path, OpenOptions options, int permissions)
      throws FsException {
    if (root.readOnly()) {
      return -Errno.EEXIST.number(); // the slow path determines the error
    }
    int fd = create(s, start, s.path.whole(), options, permissions);
    return LinuxErrors.is(fd, Errno.EEXIST)
        ? fd
        : created(s, (int) LinuxErrors.check(fd, path), path, permissions);
  }

  private int create(Scratch s, int directory, long name, OpenOptions options, int permissions)
      throws FsException {
    long flags = flags(options) | Flags.O_CREAT | Flags.O_EXCL;
    return lookup.openName(s, directory, name, flags, permissions & 07777);
  }

  /**
   * Opens an existing file or creates a new one, even if the name appears or disappears meanwhile.
   */
  private int openOrCreate(
      Scratch s, int directory, VfsPath path, OpenOptions options, int permissions)
      throws FsException {
    long result = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
      result = lookup.statName(s, directory, s.path.name());
      if (LinuxErrors.is(result, Errno.ENOENT)) {
        if (root.readOnly()) {
          throw new FsException(Errno.EROFS, path);
        }
        result = create(s, directory, s.path.name(), options, permissions);
        if (!LinuxErrors.is(result, Errno.EEXIST)) {
          return created(s, (int) LinuxErrors.check(result, path), path, permissions);
        }
        continue;
      }
      LinuxErrors.check(result, path);
      if (options.exclusive()) {
        throw new FsException(Errno.EEXIST, path);
      }
      requireOpenable(s, s.stat.type(), path, options);
      result = lookup.openName(s, directory, s.path.name(), flagsForExisting(options), 0);
      if (!LinuxErrors.is(result, Errno.ENOENT)) {
        return opened(s, (int) LinuxErrors.check(result, path), path, options);
      }
    }
    throw LinuxErrors.of(result, path);
  }

  private static long flagsForExisting(OpenOptions options) {
    return flags(options) | (options.truncate() ? Flags.O_TRUNC : 0);
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
      requireRegular(s.stat.type(), path);
      if (options.truncate()) {
        Permissions.dropPrivilegeBits(s, root.host(), fd, s.stat.mode());
      }
      return fd;
    } catch (FsException e) {
      s.close(fd);
      throw e;
    }
  }

  /** If the file is to be truncated, all of its attributes must have been loaded. */
  private void requireOpenable(Scratch s, FileType type, VfsPath path, OpenOptions options)
      throws FsException {
    requireRegular(type, path);
    if (options.truncate()) {
      lookup.waiting().requireQuick(s.stat.extent());
    }
    afterLook.run();
  }

  private static void requireRegular(FileType type, VfsPath path) throws FsException {
    if (type != FileType.REGULAR) {
      throw new FsException(
          switch (type) {
            case DIRECTORY -> Errno.EISDIR;
            case SYMBOLIC_LINK -> Errno.ELOOP;
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE, REGULAR -> Errno.ENXIO;
          },
          path);
    }
  }
}
