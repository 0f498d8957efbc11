package dev.warren.localfs.linux;

import dev.warren.api.FileHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file that was found: a descriptor that stands for it without opening it (O_PATH). Whoever uses
 * it needs no rights on the way to the file any more, only those on the file itself. Thread-safe.
 */
final class FoundFile implements FileHandle {
  private final Root root;
  private final Descriptor descriptor;
  private final long inode;
  private final long device;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * @param stat what the descriptor stands for
   */
  FoundFile(Root root, Descriptor descriptor, StatBuffer stat) {
    this.root = root;
    this.descriptor = descriptor;
    inode = stat.inode();
    device = stat.device();
  }

  /** Whether it is of this file system. */
  boolean isOf(Root other) {
    return root.equals(other);
  }

  Descriptor descriptor() {
    return descriptor;
  }

  /** Whether it is the file that was loaded. */
  boolean isSame(StatBuffer stat) {
    return stat.inode() == inode && stat.device() == device;
  }

  /** For another user, who closes it too. */
  FoundFile shared() {
    users.incrementAndGet();
    return this;
  }

  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      end();
    }
  }

  /** Ends it for all users. */
  void end() {
    if (root.found().remove(this)) {
      Scratch s = Scratch.take();
      descriptor.close(s);
      s.release();
    }
  }
}
