package dev.warren.api.synthetic;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import java.util.List;

/** An open directory, with the entries that it had when it was opened. */
final class OpenSyntheticDirectory implements OpenDirectory {
  private final FileAttributes attributes;

  /** The entries, with the cookies 1, 2, ... */
  private final List<DirectoryEntry> entries;

  private final Instance instance;
  private volatile boolean closed;

  OpenSyntheticDirectory(
      FileAttributes attributes, List<DirectoryEntry> entries, Instance instance) {
    this.attributes = attributes;
    this.entries = entries;
    this.instance = instance;
  }

  @Override
  public void read(long cookie, boolean withAttributes, Visitor visitor) throws FsException {
    requireOpen();
    if (cookie < 0 || cookie > entries.size()) {
      throw new FsException(Errno.EINVAL);
    }
    for (DirectoryEntry entry : entries.subList((int) cookie, entries.size())) {
      if (!visitor.visit(withAttributes ? entry : withoutAttributes(entry))) {
        return;
      }
    }
  }

  private static DirectoryEntry withoutAttributes(DirectoryEntry entry) {
    return new DirectoryEntry(entry.name(), entry.type(), entry.fileId(), entry.cookie(), null);
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    return attributes;
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    Refusals.checkChanges(changes, false, Errno.EISDIR);
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
    if (closed) {
      throw new FsException(Errno.EBADF);
    }
    instance.requireOpen();
  }
}
