package dev.warren.sqlfs;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.names.Entries.Entry;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open directory, which is listed in pages: each begins after the last entry of the previous
 * one.
 */
final class OpenSqlDirectory implements OpenDirectory {
  private static final int PAGE = 512;

  private final Instance instance;
  private final long id;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param id of the directory, which the caller holds; {@link #close} releases it
   */
  OpenSqlDirectory(Instance instance, long id) {
    this.instance = instance;
    this.id = id;
  }

  /** Receives entries in their stored form; returns false to stop. */
  private interface Taker {
    boolean take(Entry entry);
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    each(
        cookie,
        entry -> {
          FileAttributes shown = attributes ? instance.attributes(entry.file()) : null;
          return visitor.visit(
              new DirectoryEntry(
                  FileNames.decode(entry.name()),
                  entry.file().type(),
                  entry.file().id(),
                  entry.cookie(),
                  shown));
        });
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    each(
        cookie,
        entry ->
            visitor.visit(
                entry.name(),
                0,
                entry.name().length,
                entry.file().type(),
                entry.file().id(),
                entry.cookie()));
  }

  private void each(long cookie, Taker taker) throws FsException {
    if (cookie < 0) {
      throw new FsException(Errno.EINVAL);
    }
    long last = cookie;
    while (true) {
      requireOpen();
      List<Entry> page = instance.cache().list(id, last, PAGE);
      for (Entry entry : page) {
        if (!taker.take(entry)) {
          return;
        }
        last = entry.cookie();
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    return instance.attributes(row());
  }

  private InodeRow row() throws FsException {
    InodeRow row = instance.cache().inode(id);
    if (row == null) {
      throw new FsException(Errno.ESTALE);
    }
    return row;
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    instance.setAttributes(row(), changes);
  }

  /** Only checks that it is open: names are on stable storage once they are created. */
  @Override
  public void sync() throws FsException {
    requireOpen();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      instance.reaper().holds().release(id);
    }
  }

  private void requireOpen() throws FsException {
    if (closed.get() || instance.store().isClosed()) {
      throw new FsException(Errno.EBADF);
    }
  }
}
