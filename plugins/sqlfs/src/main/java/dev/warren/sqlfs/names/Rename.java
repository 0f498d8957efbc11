package dev.warren.sqlfs.names;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One renameat2(2), with the checks of Linux's do_renameat2 and vfs_rename in their order. */
public record Rename(
    Transaction transaction, Lookup lookup, VfsPath from, VfsPath to, boolean replace) {
  /** Renames; returns the file that was replaced, null if there was none. */
  public @Nullable InodeRow run() throws FsException, SQLException {
    Place source = lookup.unmoved(from);
    Place target = lookup.named(to);
    if (from.isRoot()) {
      throw new FsException(Errno.EBUSY, from);
    }
    if (to.isRoot()) {
      throw new FsException(replace ? Errno.EBUSY : Errno.EEXIST, to);
    }
    InodeRow file = source.existing(from);
    InodeRow existing = target.file();
    check(file, existing);
    if (file.isDirectory() && Inodes.isAbove(transaction.sql(), file.id(), target.parent().id())) {
      throw new FsException(Errno.EINVAL, to);
    }
    if (existing != null && existing.id() == file.id()) {
      return null;
    }
    move(source.parent(), target.parent(), file, existing);
    return existing;
  }

  private void check(InodeRow file, @Nullable InodeRow existing) throws FsException, SQLException {
    if (existing != null && !replace) {
      throw new FsException(Errno.EEXIST, to);
    }
    if (!from.equals(to) && to.startsWith(from)) {
      throw new FsException(Errno.EINVAL, to);
    }
    if (!from.equals(to) && from.startsWith(to)) {
      throw new FsException(Errno.ENOTEMPTY, to);
    }
    if (existing == null || existing.id() == file.id()) {
      return;
    }
    if (file.isDirectory() && !existing.isDirectory()) {
      throw new FsException(Errno.ENOTDIR, to);
    }
    if (existing.isDirectory()) {
      if (!file.isDirectory()) {
        throw new FsException(Errno.EISDIR, to);
      }
      if (!Entries.isEmpty(transaction.sql(), existing.id())) {
        throw new FsException(Errno.ENOTEMPTY, to);
      }
    }
  }

  private void move(InodeRow source, InodeRow target, InodeRow file, @Nullable InodeRow existing)
      throws FsException, SQLException {
    boolean directory = file.isDirectory();
    Entries.remove(transaction, source.id(), FileNames.encode(from.name()));
    byte[] name = FileNames.encode(to.name());
    int more = directory ? 1 : 0;
    if (existing == null) {
      Entries.add(transaction, target.id(), name, file.id());
    } else {
      Entries.replace(transaction, target.id(), name, file.id());
      new Naming(transaction, lookup).loseName(existing);
      more -= existing.isDirectory() ? 1 : 0;
    }
    if (source.id() == target.id()) {
      Inodes.entriesChanged(transaction, target.id(), more - (directory ? 1 : 0));
    } else {
      Inodes.entriesChanged(transaction, source.id(), directory ? -1 : 0);
      Inodes.entriesChanged(transaction, target.id(), more);
    }
    if (directory) {
      Inodes.setParent(transaction, file.id(), target.id());
    }
    Inodes.linksChanged(transaction, file.id(), 0);
  }
}
