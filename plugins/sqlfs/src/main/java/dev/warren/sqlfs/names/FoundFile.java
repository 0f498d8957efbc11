package dev.warren.sqlfs.names;

import dev.warren.api.FileHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file that was found: it stays what it is until this is closed, with names or without. */
public final class FoundFile implements FileHandle {
  private final Object owner;
  private final long inode;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param owner whose handle it is
   * @param inode is held for it
   * @param release lets the file go
   */
  public FoundFile(Object owner, long inode, Runnable release) {
    this.owner = owner;
    this.inode = inode;
    this.release = release;
  }

  @SuppressWarnings("ReferenceEquality") // views of one file system have one owner
  boolean belongsTo(Object who) {
    return owner == who;
  }

  long inode() {
    return inode;
  }

  boolean isClosed() {
    return closed.get();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      release.run();
    }
  }
}
