package dev.warren.memfs;

import dev.warren.api.FileHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A handle on a file, which refers to the same file until it is closed, whether the file has names
 * or not.
 */
final class FoundInode implements FileHandle {
  private final Inode inode;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param inode has been {@linkplain Inode#hold held} for this handle
   */
  FoundInode(Inode inode) {
    this.inode = inode;
  }

  Inode inode() {
    return inode;
  }

  boolean isClosed() {
    return closed.get();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      inode.letGo();
    }
  }
}
