package dev.warren.memfs;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import java.util.List;

/** A directory that is open for listing. */
final class OpenMemoryDirectory implements OpenDirectory {
  /**
   * Entries are copied in batches, and offered when the lock on names has been released: the
   * visitor may use the file system.
   */
  private static final int BATCH = 64;

  private final Tree tree;
  private final Directory directory;
  private volatile boolean closed;

  OpenMemoryDirectory(Tree tree, Directory directory) {
    this.tree = tree;
    this.directory = directory;
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    long last = cookie;
    while (true) {
      requireOpen();
      List<DirectoryEntry> batch = batchAfter(last, attributes);
      for (DirectoryEntry entry : batch) {
        if (!visitor.visit(entry)) {
          return;
        }
        last = entry.cookie();
      }
      if (batch.size() < BATCH) {
        return;
      }
    }
  }

  private List<DirectoryEntry> batchAfter(long cookie, boolean attributes) throws FsException {
    return tree.read(
        () -> {
          List<DirectoryEntry> batch = directory.after(cookie, BATCH, attributes);
          if (batch == null) {
            throw new FsException(Errno.EINVAL);
          }
          return batch;
        });
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    return directory.attributes();
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    directory.setAttributes(changes);
  }

  @Override
  public void sync() throws FsException {
    requireOpen();
  }

  @Override
  public OpenDirectory nonBlocking() {
    return this;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() throws FsException {
    if (closed || tree.volume().isClosed()) {
      throw new FsException(Errno.EBADF);
    }
  }
}
