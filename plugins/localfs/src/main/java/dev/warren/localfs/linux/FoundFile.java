package dev.warren.localfs.linux;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FileHandle;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import org.jspecify.annotations.Nullable;

/**
 * A handle on a file: an O_PATH descriptor, which refers to the file without opening it, so that
 * later operations need no permissions on the directories above it. The descriptor is a cache entry
 * that may be dropped at any time; the file is then looked up again by its names, and verified by
 * attributes that never change. Thread-safe.
 */
final class FoundFile implements FileHandle, DescriptorBudget.Kept {
  private final Root root;
  private final long inode;
  private final long device;
  private final long birth;
  private final FileType type;
  private volatile @Nullable Descriptor descriptor;
  private volatile boolean ended;
  private int users = 1;
  private int lastUsed;

  /**
   * @param stat the attributes of the file
   */
  FoundFile(Root root, StatBuffer stat) throws FsException {
    this.root = root;
    inode = stat.inode();
    device = stat.device();
    birth = stat.birth();
    type = stat.type();
    lastUsed = root.descriptors().tick();
  }

  /** Whether the handle belongs to the given file system. */
  boolean isOf(Root other) {
    return root.equals(other);
  }

  /** Whether the given attributes are those of this file. */
  boolean isSame(StatBuffer stat) {
    return stat.inode() == inode
        && stat.device() == device
        && stat.birth() == birth
        && stat.isType(type);
  }

  FileType type() {
    return type;
  }

  /** As {@link StatBuffer#device}. */
  long device() {
    return device;
  }

  /**
   * Returns its descriptor; null if it was dropped.
   *
   * @throws FsException EBADF if the handle was closed
   */
  @Nullable Descriptor descriptor() throws FsException {
    if (ended) {
      throw new FsException(Errno.EBADF);
    }
    lastUsed = root.descriptors().tick();
    return descriptor;
  }

  /**
   * Caches a descriptor of the file; returns false if the caller must close the descriptor itself.
   */
  boolean keep(int fd) {
    if (root.slowCloses().isBehind() || !root.descriptors().keep(this)) {
      return false;
    }
    synchronized (this) {
      if (ended || descriptor != null) {
        return false;
      }
      descriptor = new Descriptor(fd);
    }
    if (!root.descriptors().keeps(this)) {
      drop(); // it was dropped from the budget before the descriptor was set
    }
    return true;
  }

  /** Returns this handle for another user, who must also close it. */
  synchronized FoundFile shared() {
    users++;
    return this;
  }

  @Override
  public int lastUsed() {
    return lastUsed;
  }

  @Override
  public void close() {
    synchronized (this) {
      users--;
      if (users != 0) {
        return;
      }
    }
    end();
  }

  /** Ends the handle for all its users. */
  void end() {
    ended = true;
    root.found().remove(this);
    root.descriptors().keepNoMore(this);
    drop();
  }

  @Override
  public void drop() {
    Descriptor last;
    synchronized (this) {
      last = descriptor;
      descriptor = null;
    }
    if (last == null) {
      return;
    }
    Scratch s = Scratch.take();
    if (isCloseNonBlocking(s, last.number())) {
      last.close(s);
    } else {
      root.slowCloses().add(last);
    }
    s.release();
  }

  /**
   * Whether closing the descriptor is fast. The last close of a file without a name frees its
   * storage.
   */
  private boolean isCloseNonBlocking(Scratch s, int fd) {
    StorageKind kind = device == root.device() ? root.kind() : StorageKind.REMOTE;
    return kind != StorageKind.REMOTE
        && s.stat.loadExtent(s, fd) >= 0
        && (s.stat.links() > 0
            || (kind == StorageKind.MEMORY && Waiting.isNonBlocking(s.stat.extent())));
  }
}
