package dev.warren.memfs;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * The names of a file system, and the one lock that guards them all: operations on names are atomic
 * to each other. Lock order: names, then a file's content, then an inode's monitor.
 */
final class Tree {
  private final StampedLock lock = new StampedLock();
  private final Volume volume;
  private final Directory root;

  /** A tree of a root alone, which is not charged. */
  Tree(Volume volume, Owner owner) {
    this.volume = volume;
    this.root = new Directory(volume, 0755, owner);
    root.linked();
  }

  /** Something to do while the names stand still. It takes no lock on names itself. */
  @FunctionalInterface
  interface Operation<T extends @Nullable Object> {
    T run() throws FsException;
  }

  /** Runs what changes no name. */
  <T extends @Nullable Object> T read(Operation<T> operation) throws FsException {
    long stamp = lock.readLock();
    try {
      requireOpen();
      return operation.run();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Runs what changes names, alone. */
  <T extends @Nullable Object> T write(Operation<T> operation) throws FsException {
    long stamp = lock.writeLock();
    try {
      requireOpen();
      return operation.run();
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  Volume volume() {
    return volume;
  }

  /**
   * The file of a path.
   *
   * @throws FsException ENOENT; ENOTDIR or ELOOP on the way
   */
  Inode find(VfsPath path) throws FsException {
    Inode inode = findOrNull(path);
    if (inode == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return inode;
  }

  /**
   * The file of a path, null if only its last name is missing.
   *
   * @throws FsException ENOENT, ENOTDIR or ELOOP on the way
   */
  @Nullable Inode findOrNull(VfsPath path) throws FsException {
    Inode found = found(path);
    return found != null ? found : path.isRoot() ? root : parent(path).find(path.name());
  }

  /**
   * The file that was found at a path, if it was found here.
   *
   * @throws FsException EBADF if it is not held any more
   */
  private @Nullable Inode found(@Nullable VfsPath path) throws FsException {
    if (path == null
        || !(path.handle() instanceof FoundInode file)
        || !file.inode().volume().equals(volume)) {
      return null;
    }
    if (file.isClosed()) {
      throw new FsException(Errno.EBADF, path);
    }
    return file.inode();
  }

  /**
   * The directory that holds a path's last name; the root for the root.
   *
   * @throws FsException ENOENT, ENOTDIR or ELOOP on the way
   */
  Directory parent(VfsPath path) throws FsException {
    VfsPath above = path.parentOrRoot();
    VfsPath anchor = above.anchor();
    Inode found = found(anchor);
    Directory directory = root;
    int known = 0;
    if (anchor != null && found != null) {
      directory = directory(found, path);
      known = anchor.depth();
    }
    if (above.depth() > known) {
      for (String name : above.names().subList(known, above.depth())) {
        directory = step(directory, name, path);
      }
    }
    return directory;
  }

  /**
   * The directory that holds the name of a file which is to lose it.
   *
   * @throws FsException ESTALE if the file was found before, and the name stands for another now
   */
  Directory holder(VfsPath path, Inode file) throws FsException {
    Directory directory = parent(path);
    if (!file.equals(directory.find(path.name()))) {
      throw new FsException(Errno.ESTALE, path);
    }
    return directory;
  }

  /** A directory that was found, for a name in it: nothing is below one that has been removed. */
  private static Directory directory(Inode found, VfsPath path) throws FsException {
    if (!(found instanceof Directory directory)) {
      throw new FsException(found instanceof SymbolicLink ? Errno.ELOOP : Errno.ENOTDIR, path);
    }
    if (directory.attributes().linkCount() == 0) {
      throw new FsException(Errno.ENOENT, path);
    }
    return directory;
  }

  private static Directory step(Directory directory, String name, VfsPath path) throws FsException {
    Inode next = directory.find(name);
    if (next instanceof Directory below) {
      return below;
    }
    throw new FsException(
        next == null ? Errno.ENOENT : next instanceof SymbolicLink ? Errno.ELOOP : Errno.ENOTDIR,
        path);
  }

  private void requireOpen() throws FsException {
    if (volume.isClosed()) {
      throw new FsException(Errno.EIO, "the file system is closed");
    }
  }
}
