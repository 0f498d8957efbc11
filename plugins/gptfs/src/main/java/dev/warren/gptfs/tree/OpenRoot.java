package dev.warren.gptfs.tree;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import java.util.List;

/** The root, open for listing. Its entries never change. */
final class OpenRoot implements OpenDirectory {
  private final FileAttributes attributes;
  private final List<DirectoryEntry> entries;
  private volatile boolean closed;

  /**
   * A listing.
   *
   * @param entries the entries, with the cookies 1, 2, ...
   */
  OpenRoot(FileAttributes attributes, List<DirectoryEntry> entries) {
    this.attributes = attributes;
    this.entries = List.copyOf(entries);
  }

  @Override
  public void read(long cookie, boolean withAttributes, Visitor visitor) throws FsException {
    requireOpen();
    if (cookie < 0 || cookie > entries.size()) {
      throw new FsException(Errno.EINVAL);
    }
    for (DirectoryEntry entry : entries.subList((int) cookie, entries.size())) {
      DirectoryEntry given =
          withAttributes
              ? entry
              : new DirectoryEntry(
                  entry.name(), entry.type(), entry.fileId(), entry.cookie(), null);
      if (!visitor.visit(given)) {
        return;
      }
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    return attributes;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() throws FsException {
    if (closed) {
      throw new FsException(Errno.EBADF);
    }
  }
}
