package dev.warren.sqlfs.names;

import dev.warren.api.FileHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/** A handle of a file, which is held until the handle is closed, even if its names are removed. */
public final class FoundFile implements FileHandle {
  private final Object owner;
  private final long inode;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param owner whose handle it is
   * @param inode the file, which the caller holds
   * @param release releases the file
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
