package dev.warren.memfs;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * The names of a file system, and the single lock that guards them all: operations on names are
 * atomic with respect to each other. Lock order: names, then a file's content, then an inode's
 * monitor.
 */
final class Tree {
  private final StampedLock lock = new StampedLock();
  private final Volume volume;
  private final Directory root;

  /** Creates a tree that contains only a root, which is not charged for. */
  Tree(Volume volume, Owner owner) {
    this.volume = volume;
    this.root = new Directory(volume, 0755, owner);
    root.linked();
  }

  /** An action during which no name changes. It must not acquire the lock on names itself. */
  @FunctionalInterface
  interface Operation<T extends @Nullable Object> {
    T run() throws FsException;
  }

  /** Runs an action that changes no names. */
  <T extends @Nullable Object> T read(Operation<T> operation) throws FsException {
    long stamp = lock.readLock();
    try {
      requireOpen();
      return operation.run();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Runs an action that changes names, exclusively. */
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
   * Returns the file at a path.
   *
   * @throws FsException ENOENT; ENOTDIR or ELOOP for a directory above it
   */
  Inode find(VfsPath path) throws FsException {
    Inode inode = findOrNull(path);
    if (inode == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return inode;
  }

  /**
   * Returns the file at a path, null if only its last name does not exist.
   *
   * @throws FsException ENOENT, ENOTDIR or ELOOP for a directory above it
   */
  @Nullable Inode findOrNull(VfsPath path) throws FsException {
    Inode found = found(path);
    return found != null ? found : path.isRoot() ? root : parent(path).find(path.name());
  }

  /**
   * Returns the file of the handle at a path, if the handle belongs to this file system.
   *
   * @throws FsException EBADF if the handle has been closed
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
   * Returns the directory that contains a path's last name; for the root, the root.
   *
   * @throws FsException ENOENT, ENOTDIR or ELOOP for a directory above it
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
   * Returns the directory that contains a file's name, which is to be removed.
   *
   * @throws FsException ESTALE if the path has a handle and the name now refers to another file
   */
  Directory holder(VfsPath path, Inode file) throws FsException {
    Directory directory = parent(path);
    if (!file.equals(directory.find(path.name()))) {
      throw new FsException(Errno.ESTALE, path);
    }
    return directory;
  }

  /**
   * Checks that a handle's file is a directory in which a name can be looked up: a removed
   * directory is empty.
   */
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
