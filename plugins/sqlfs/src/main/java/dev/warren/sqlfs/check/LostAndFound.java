package dev.warren.sqlfs.check;

import dev.warren.api.Errno;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.names.Entries;
import dev.warren.sqlfs.session.Orphans;
import dev.warren.sqlfs.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** {@code /lost+found}, the directory for files that cannot be reached any more. */
final class LostAndFound {
  private static final byte[] NAME = "lost+found".getBytes(StandardCharsets.US_ASCII);
  private static final int PERMISSIONS = 0700;

  private LostAndFound() {}

  /** Adds a file that has no name; its number becomes its name. */
  static void add(Transaction transaction, InodeRow file) throws SQLException, FsException {
    InodeRow directory = directory(transaction);
    Entries.add(transaction, directory.id(), free(transaction, directory, file), file.id());
    Orphans.adopt(transaction, file.id());
    if (file.isDirectory()) {
      Inodes.setParent(transaction, file.id(), directory.id());
      Inodes.linksChanged(transaction, file.id(), file.links() == 0 ? 2 : 0);
    } else {
      Inodes.linksChanged(transaction, file.id(), 1 - file.links());
    }
    Inodes.entriesChanged(transaction, directory.id(), file.isDirectory() ? 1 : 0);
  }

  private static InodeRow directory(Transaction transaction) throws SQLException, FsException {
    InodeRow there = Entries.find(transaction.sql(), InodeRow.ROOT, NAME);
    if (there != null) {
      if (!there.isDirectory()) {
        throw new FsException(Errno.ENOTDIR, "/lost+found is not a directory; rename it");
      }
      return there;
    }
    InodeRow root = Inodes.require(transaction.sql(), InodeRow.ROOT);
    InodeRow made =
        Inodes.create(
            transaction, FileType.DIRECTORY, PERMISSIONS, root.uid(), root.gid(), root.id());
    Entries.add(transaction, root.id(), NAME, made.id());
    Inodes.entriesChanged(transaction, root.id(), 1);
    return made;
  }

  private static byte[] free(Transaction transaction, InodeRow directory, InodeRow file)
      throws SQLException {
    byte[] name = Long.toString(file.id()).getBytes(StandardCharsets.US_ASCII);
    while (Entries.find(transaction.sql(), directory.id(), name) != null) {
      name = "%d-%d".formatted(file.id(), transaction.newId()).getBytes(StandardCharsets.US_ASCII);
    }
    return name;
  }
}
