package dev.warren.localfs.linux;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import org.jspecify.annotations.Nullable;

/**
 * Looks files up below a directory. The kernel confines every look-up to the directory: no symbolic
 * link is followed, neither as the last name nor before it, and no name leads upwards (openat2(2),
 * RESOLVE_BENEATH). Mount points below are entered only after checking what is mounted there; the
 * kernel reports at no cost whether a path crosses one (RESOLVE_NO_XDEV).
 */
final class Lookup {
  private static final long CONFINED =
      Flags.RESOLVE_BENEATH | Flags.RESOLVE_NO_MAGICLINKS | Flags.RESOLVE_NO_SYMLINKS;

  private static final long ALWAYS =
      Flags.O_NOFOLLOW | Flags.O_CLOEXEC | Flags.O_NOCTTY | Flags.O_NONBLOCK | Flags.O_LARGEFILE;
  private static final long PATH_ALWAYS = Flags.O_NOFOLLOW | Flags.O_CLOEXEC | Flags.O_PATH;

  /** The size of struct open_how. */
  private static final long HOW_BYTES = 24;

  private final Root all;
  private final int root;
  private final Mounts mounts;
  private final Waiting waiting;

  /**
   * @param root the directory, whose descriptor the caller holds while it uses this object
   */
  Lookup(Root root, Waiting waiting) {
    this.all = root;
    this.root = root.number();
    this.mounts = root.mounts();
    this.waiting = waiting;
  }

  /**
   * Returns an O_PATH descriptor, which refers to the file without opening it. Release it with
   * {@link #close}.
   */
  int find(Scratch s, VfsPath path) throws FsException {
    FoundFile file = found(path);
    return file == null ? findByName(s, path) : borrow(s, s.path, file, path);
  }

  /** Like {@link #find}, but the descriptor belongs to the caller. */
  private int findByName(Scratch s, VfsPath path) throws FsException {
    return open(s, path, PATH_ALWAYS);
  }

  /**
   * Returns a descriptor that belongs to the caller, or -EACCES if access to the file may be
   * refused.
   */
  int tryFind(Scratch s, VfsPath path) throws FsException {
    int base;
    if (path.isRoot()) {
      s.path.dot();
      base = root;
    } else {
      base = base(s, s.path, path);
    }
    int fd = openExisting(s, base, s.path.whole(), PATH_ALWAYS);
    close(s, base);
    return LinuxErrors.is(fd, Errno.EACCES) ? fd : checked(fd, path);
  }

  /**
   * Returns the descriptor of a handle. Release it with {@link #close}.
   *
   * @param buffer may be overwritten
   * @param path where the file is, if it must be looked up again
   * @throws FsException ESTALE if another file is there, EBADF if the handle was closed
   */
  int borrow(Scratch s, PathBuffer buffer, FoundFile file, VfsPath path) throws FsException {
    Descriptor kept = file.descriptor();
    if (kept != null && s.borrow(kept)) {
      return kept.number();
    }
    VfsPath names = path.plain();
    int base = root;
    if (names.isRoot()) {
      buffer.dot();
    } else {
      base = base(s, buffer, names);
    }
    int found = openExisting(s, base, buffer.whole(), PATH_ALWAYS);
    close(s, base);
    int fd = checked(found, path);
    if (s.stat.load(s, fd) < 0 || !file.isSame(s.stat)) {
      s.close(fd);
      throw new FsException(Errno.ESTALE, path);
    }
    return file.keep(fd) ? borrowed(s, file) : fd;
  }

  /**
   * Returns the descriptor of a file that was just looked up again, unless it has been dropped
   * meanwhile.
   */
  private static int borrowed(Scratch s, FoundFile file) throws FsException {
    Descriptor kept = file.descriptor();
    if (kept == null || !s.borrow(kept)) {
      throw new FsException(Errno.ESTALE);
    }
    return kept.number();
  }

  /**
   * Returns the handle at the end of a path, if it belongs to this file system; null if the path
   * must be looked up.
   */
  @Nullable FoundFile found(VfsPath path) {
    return path.handle() instanceof FoundFile file && file.isOf(all) ? file : null;
  }

  /**
   * Must be called before an operation on the name of a file.
   *
   * @throws FsException ESTALE if the path has a handle and the name now refers to another file
   */
  void requireSame(Scratch s, int directory, long name, VfsPath path) throws FsException {
    FoundFile file = found(path);
    if (file == null) {
      return;
    }
    LinuxErrors.check(throwIfWaiting((int) statName(s, directory, name)), path);
    if (!file.isSame(s.stat)) {
      throw new FsException(Errno.ESTALE, path);
    }
  }

  /** Opens a directory for listing. */
  int openDirectory(Scratch s, VfsPath path) throws FsException {
    FoundFile file = found(path);
    if (file == null) {
      return open(s, path, ALWAYS | Flags.O_DIRECTORY);
    }
    int found = borrow(s, s.path, file, path);
    s.path.dot();
    int fd = openExisting(s, found, s.path.whole(), ALWAYS | Flags.O_DIRECTORY);
    close(s, found);
    return checked(fd, path);
  }

  /**
   * Opens the regular file of a handle, as open(2) does. By /proc/self/fd (proc(5)) it is certainly
   * the same file, whatever its names are, so no device or FIFO can be opened in its place.
   *
   * @return the descriptor or the negated errno
   */
  int reopen(Scratch s, int found, long flags) throws FsException {
    long at = s.descriptorPath(found);
    long more = waiting == Waiting.ALLOWED ? 0 : Flags.O_NONBLOCK;
    long how = s.how(flags | Flags.O_CLOEXEC | Flags.O_NOCTTY | Flags.O_LARGEFILE | more, 0, 0);
    return throwIfWaiting(openat2(s, (int) Flags.AT_FDCWD, at, how));
  }

  private int open(Scratch s, VfsPath path, long flags) throws FsException {
    if (path.isRoot()) {
      s.path.dot();
      return checked(openExisting(s, root, s.path.whole(), flags), path);
    }
    int base = base(s, s.path, path);
    int fd = openExisting(s, base, s.path.whole(), flags);
    close(s, base);
    return checked(fd, path);
  }

  /**
   * Opens a name in a directory as open(2) does, with flags that prevent it from blocking or
   * acting. A file is created only in the directory's own mount; if the path crosses a mount point,
   * the result is -EEXIST.
   *
   * @return the descriptor or the negated errno
   */
  int openName(Scratch s, int directory, long name, long flags, long mode) throws FsException {
    int fd = openat2(s, directory, name, how(s, ALWAYS | flags, mode, Flags.RESOLVE_NO_XDEV));
    if (isElsewhere(fd)) {
      fd =
          (flags & Flags.O_CREAT) != 0
              ? -Errno.EEXIST.number()
              : openElsewhere(s, directory, name, ALWAYS | flags);
    }
    if (waiting == Waiting.ALLOWED
        && LinuxErrors.is(fd, Errno.EAGAIN)
        && (flags & Flags.O_CREAT) == 0) {
      fd = openLeased(s, directory, name, flags);
    }
    return throwIfWaiting(fd);
  }

  /**
   * Opens a file on which another process holds a lease (fcntl(2), F_SETLEASE): with O_NONBLOCK,
   * open(2) only asks that process to give it up. Without O_NONBLOCK, open(2) waits until the
   * process does, or until the kernel breaks the lease. Only regular files have leases; another
   * file is not opened, because that might wait for ever.
   */
  private int openLeased(Scratch s, int directory, long name, long flags) throws FsException {
    int found = openExisting(s, directory, name, PATH_ALWAYS);
    if (found < 0) {
      return found;
    }
    long loaded = s.stat.loadMode(s, found);
    int fd =
        loaded < 0
            ? (int) loaded
            : s.stat.isRegular() ? reopen(s, found, flags) : -Errno.EAGAIN.number();
    s.close(found);
    return fd;
  }

  /** Checks the type first, because opening some files has effects. */
  private int openElsewhere(Scratch s, int directory, long name, long flags) {
    int found = served(s, existing(s, directory, name, how(s, PATH_ALWAYS, 0, 0)));
    if (found < 0) {
      return found;
    }
    s.close(found);
    return served(s, openat2(s, directory, name, how(s, flags, 0, 0)));
  }

  /** Returns a descriptor for a name in a directory, or the negated errno. */
  int findName(Scratch s, int directory, long name) throws FsException {
    return throwIfWaiting(openExisting(s, directory, name, PATH_ALWAYS));
  }

  /** Loads the attributes of a name in a directory into {@link Scratch#stat}. */
  long statName(Scratch s, int directory, long name) throws FsException {
    if (waiting == Waiting.ALLOWED) {
      return s.stat.load(s, directory, name);
    }
    // statx(2) by name would cross into a file system that is mounted there.
    int fd = findName(s, directory, name);
    if (fd < 0) {
      return fd;
    }
    long result = s.stat.load(s, fd);
    s.close(fd);
    return result;
  }

  /**
   * Refuses to remove or replace a large file without blocking.
   *
   * @throws WouldBlockException if the name refers to a large file
   */
  void requireQuickEnd(Scratch s, int directory, long name) throws FsException {
    if (waiting != Waiting.ALLOWED && statName(s, directory, name) >= 0 && s.stat.isRegular()) {
      waiting.requireQuick(s.stat.extent());
    }
  }

  /** Whether operations may block. */
  Waiting waiting() {
    return waiting;
  }

  /**
   * Loads the attributes of a file into {@link Scratch#stat}. The attributes of a mount point are
   * always shown, whatever is mounted there, because its directory lists it.
   */
  void stat(Scratch s, VfsPath path) throws FsException {
    FoundFile file = found(path);
    if (file != null) {
      int fd = borrow(s, s.path, file, path);
      long result = s.stat.load(s, fd);
      close(s, fd);
      LinuxErrors.check(result, path);
      return;
    }
    if (path.isRoot()) {
      LinuxErrors.check(s.stat.load(s, root), path);
      return;
    }
    int base = base(s, s.path, path);
    boolean byName = waiting == Waiting.ALLOWED && !s.path.hasParent();
    long result = byName ? s.stat.load(s, base, s.path.name()) : statInMount(s, base);
    if (byName ? result >= 0 && !mounts.isOwn(s.stat) : isElsewhere(result)) {
      result = statElsewhere(s, base);
    }
    close(s, base);
    LinuxErrors.check(throwIfWaiting((int) result), path);
  }

  /** Loads the attributes of {@link Scratch#path}, if it does not cross a mount point. */
  private long statInMount(Scratch s, int base) {
    int fd = existing(s, base, s.path.whole(), how(s, PATH_ALWAYS, 0, Flags.RESOLVE_NO_XDEV));
    if (fd < 0) {
      return fd;
    }
    long result = s.stat.load(s, fd);
    s.close(fd);
    return result;
  }

  private long statElsewhere(Scratch s, int base) {
    int fd = existing(s, base, s.path.whole(), how(s, PATH_ALWAYS, 0, 0));
    if (fd < 0) {
      return fd;
    }
    boolean served = mounts.isServed(s, fd);
    long result = s.stat.load(s, fd);
    s.close(fd);
    return result < 0 || served || s.stat.isMountRoot() ? result : -Errno.EACCES.number();
  }

  /**
   * Returns the directory that contains the last name of a path, and encodes the path in a buffer.
   * Release the descriptor with {@link #close}.
   *
   * @param path not the root
   */
  int parent(Scratch s, PathBuffer buffer, VfsPath path) throws FsException {
    int base = base(s, buffer, path);
    if (!buffer.hasParent()) {
      return base;
    }
    int fd = openExisting(s, base, buffer.parent(), PATH_ALWAYS | Flags.O_DIRECTORY);
    close(s, base);
    return checked(fd, path);
  }

  /**
   * Returns the directory from which a complete path starts, and encodes the path in {@link
   * Scratch#path}. Release the descriptor with {@link #close}.
   *
   * @param path not the root
   */
  int start(Scratch s, VfsPath path) throws FsException {
    return base(s, s.path, path);
  }

  /**
   * Closes a descriptor that was opened for a look-up, or releases one that was borrowed for it.
   */
  void close(Scratch s, int fd) {
    if (fd != root && !s.giveBack(fd)) {
      s.close(fd);
    }
  }

  /**
   * Encodes a path in a buffer and returns the directory from which it starts; if the path is too
   * long for one call, opens a directory further down.
   */
  private int base(Scratch s, PathBuffer buffer, VfsPath path) throws FsException {
    int begin = 0;
    int fd = root;
    VfsPath anchor = path.parentOrRoot().anchor();
    FoundFile above = anchor == null ? null : found(anchor);
    if (anchor != null && above != null) {
      begin = anchor.depth();
      fd = borrow(s, buffer, above, anchor);
    }
    int left = buffer.encode(path, begin);
    if (left == begin) {
      return fd;
    }
    for (int done = begin; done < left; ) {
      int next = Math.min(left, done + PathBuffer.NAMES_THAT_FIT);
      buffer.encode(path.ancestor(next), done);
      int deeper = openExisting(s, fd, buffer.whole(), PATH_ALWAYS | Flags.O_DIRECTORY);
      close(s, fd);
      fd = checked(deeper, path);
      done = next;
    }
    buffer.encode(path, left);
    return fd;
  }

  private int openExisting(Scratch s, int directory, long path, long flags) {
    int fd = existing(s, directory, path, how(s, flags, 0, Flags.RESOLVE_NO_XDEV));
    return isElsewhere(fd) ? served(s, existing(s, directory, path, how(s, flags, 0, 0))) : fd;
  }

  private static int existing(Scratch s, int directory, long path, long how) {
    return (int) Syscalls.repeatable(s, SyscallNumbers.OPENAT2, directory, path, how, HOW_BYTES, 0);
  }

  private static int openat2(Scratch s, int directory, long path, long how) {
    return (int) Syscalls.call(s, SyscallNumbers.OPENAT2, directory, path, how, HOW_BYTES, 0);
  }

  /** Whether the path crossed a mount point, and this view may enter it. */
  private boolean isElsewhere(long result) {
    return waiting == Waiting.ALLOWED && LinuxErrors.is(result, Errno.EXDEV);
  }

  /**
   * Returns the descriptor of a file in another mount, or closes it and returns the negated errno
   * if that mount is not served.
   */
  private int served(Scratch s, int fd) {
    if (fd < 0 || mounts.isServed(s, fd)) {
      return fd;
    }
    s.close(fd);
    return -Errno.EACCES.number();
  }

  private long how(Scratch s, long flags, long mode, long more) {
    return s.how(flags, mode, CONFINED | more | waiting.resolve());
  }

  private int checked(int fd, VfsPath path) throws FsException {
    return (int) LinuxErrors.check(throwIfWaiting(fd), path);
  }

  private int throwIfWaiting(int fd) throws FsException {
    if (fd < 0
        && waiting != Waiting.ALLOWED
        && (LinuxErrors.is(fd, Errno.EAGAIN) || LinuxErrors.is(fd, Errno.EXDEV))) {
      throw WouldBlockException.INSTANCE;
    }
    return fd;
  }
}
