package dev.warren.memfs;

import dev.warren.api.FileHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file that was found: it stays what it is until this is closed, with names or without. */
final class FoundInode implements FileHandle {
  private final Inode inode;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param inode has been {@linkplain Inode#hold held} for it
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
