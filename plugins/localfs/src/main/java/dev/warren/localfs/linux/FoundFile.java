package dev.warren.localfs.linux;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FileHandle;
import dev.warren.api.FsException;
import org.jspecify.annotations.Nullable;

/**
 * A file that was found: a descriptor that stands for it without opening it (O_PATH), so that
 * whoever uses it needs no rights on the way to the file any more. The descriptor may be dropped at
 * any time; then the file is looked for by its names, and known by what never changes about it.
 * Thread-safe.
 */
final class FoundFile implements FileHandle, DescriptorBudget.Kept {
  private final Root root;
  private final long inode;
  private final long device;
  private final long birth;
  private volatile @Nullable Descriptor descriptor;
  private volatile boolean ended;
  private int users = 1;
  private int lastUsed;

  /**
   * @param stat what will be found
   */
  FoundFile(Root root, StatBuffer stat) {
    this.root = root;
    inode = stat.inode();
    device = stat.device();
    birth = stat.birth();
    lastUsed = root.descriptors().tick();
  }

  /** Whether it is of this file system. */
  boolean isOf(Root other) {
    return root.equals(other);
  }

  /** Whether it is the file that was loaded. */
  boolean isSame(StatBuffer stat) {
    return stat.inode() == inode && stat.device() == device && stat.birth() == birth;
  }

  /**
   * Its descriptor; null if that was dropped.
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

  /** Keeps a descriptor of the file from now on; false if it stays the caller's. */
  boolean keep(int fd) {
    if (!root.descriptors().keep(this)) {
      return false;
    }
    synchronized (this) {
      if (ended || descriptor != null) {
        return false;
      }
      descriptor = new Descriptor(fd);
    }
    if (!root.descriptors().keeps(this)) {
      drop(); // it was to go before it was there
    }
    return true;
  }

  /** For another user, who closes it too. */
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

  /** Ends it for all users. */
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
    if (closesAtOnce(s, last.number())) {
      last.close(s);
    } else {
      root.slowCloses().add(last);
    }
    s.release();
  }

  /** The last use of a file that has no name any more frees what it holds. */
  private boolean closesAtOnce(Scratch s, int fd) {
    StorageKind kind = device == root.device() ? root.kind() : StorageKind.REMOTE;
    return kind != StorageKind.REMOTE
        && s.stat.loadExtent(s, fd) >= 0
        && (s.stat.links() > 0 || (kind == StorageKind.MEMORY && Waiting.isQuick(s.stat.extent())));
  }
}
