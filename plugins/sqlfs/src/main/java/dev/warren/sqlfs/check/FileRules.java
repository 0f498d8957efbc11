package dev.warren.sqlfs.check;

import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.inode.Xattrs;
import dev.warren.sqlfs.names.Owner;
import dev.warren.sqlfs.session.Orphans;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules about files, except their contents. */
final class FileRules {
  private static final int DIRECTORY = FileType.DIRECTORY.modeBits();
  private static final String TYPES =
      Stream.of(FileType.values())
          .map(type -> Integer.toString(type.modeBits()))
          .collect(Collectors.joining(", "));

  private static final String NAMES =
      "(SELECT inode, COUNT(*) AS names FROM sqlfs_entry GROUP BY inode) n";
  private static final String DIRECTORIES =
      "(SELECT e.parent AS parent, COUNT(*) AS directories FROM sqlfs_entry e"
          + " JOIN sqlfs_inode c ON c.id = e.inode WHERE c.type = %d GROUP BY e.parent) d"
              .formatted(DIRECTORY);
  private static final String HAS_ENTRIES =
      "EXISTS (SELECT 1 FROM sqlfs_entry below WHERE below.parent = i.id)";

  private FileRules() {}

  /** The rules on which the other rules rely. */
  static List<Rule<?>> first(Owner owner) {
    return List.of(
        new Rule<>(
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM sqlfs_inode WHERE id = %d AND type = %d)"
                .formatted(InodeRow.ROOT, DIRECTORY),
            row -> row.getLong(1),
            _ -> "the root is missing, or is no directory",
            (transaction, _) -> makeRoot(transaction, owner)),
        new Rule<>(
            "SELECT %s i.type FROM sqlfs_inode i WHERE i.type NOT IN (%s)"
                .formatted(Suspect.COLUMNS, TYPES),
            Suspect::of,
            file -> "file %d has no valid type (%d)".formatted(file.id(), file.right()),
            FileRules::setType),
        new Rule<>(
            "SELECT o.inode, COALESCE(i.changed, 0), 0 FROM sqlfs_orphan o"
                + " LEFT JOIN sqlfs_inode i ON i.id = o.inode LEFT JOIN "
                + NAMES
                + " ON n.inode = o.inode WHERE i.id IS NULL OR i.links <> 0"
                + " OR n.inode IS NOT NULL OR "
                + HAS_ENTRIES,
            Suspect::of,
            file -> "file %d is to be removed, but is in use or gone".formatted(file.id()),
            FileRules::adopt),
        new Rule<>(
            "SELECT h.inode FROM sqlfs_hold h LEFT JOIN sqlfs_session s ON s.id = h.session"
                + " LEFT JOIN sqlfs_orphan o ON o.inode = h.inode"
                + " WHERE s.id IS NULL OR o.inode IS NULL",
            row -> row.getLong(1),
            "a hold on file %d is stale: its host is gone, or the file still has a name"::formatted,
            FileRules::letGo));
  }

  /** The rules that run after those about names. */
  static List<Rule<?>> last() {
    return List.of(
        new Rule<>(
            "SELECT "
                + Suspect.COLUMNS
                + "i.links FROM sqlfs_inode i LEFT JOIN "
                + NAMES
                + " ON n.inode = i.id WHERE n.inode IS NULL AND i.id <> %d AND (i.links <> 0 OR "
                    .formatted(InodeRow.ROOT)
                + HAS_ENTRIES
                + ")",
            Suspect::of,
            file -> "file %d cannot be reached: it has no name".formatted(file.id()),
            FileRules::name),
        new Rule<>(
            "SELECT "
                + Suspect.COLUMNS
                + "0 FROM sqlfs_inode i LEFT JOIN "
                + NAMES
                + " ON n.inode = i.id LEFT JOIN sqlfs_orphan o ON o.inode = i.id"
                + " WHERE n.inode IS NULL AND o.inode IS NULL AND i.id <> %d AND i.links = 0"
                    .formatted(InodeRow.ROOT)
                + " AND NOT "
                + HAS_ENTRIES,
            Suspect::of,
            file -> "file %d has no name, and nothing will remove it".formatted(file.id()),
            FileRules::markForRemoval),
        new Rule<>(
            "SELECT "
                + Suspect.COLUMNS
                + "n.names FROM sqlfs_inode i JOIN "
                + NAMES
                + " ON n.inode = i.id WHERE i.type <> %d AND i.links <> n.names"
                    .formatted(DIRECTORY),
            Suspect::of,
            file ->
                "file %d has a wrong link count; it has %d names"
                    .formatted(file.id(), file.right()),
            FileRules::setLinks),
        new Rule<>(
            "SELECT "
                + Suspect.COLUMNS
                + "2 + COALESCE(d.directories, 0) FROM sqlfs_inode i LEFT JOIN "
                + NAMES
                + " ON n.inode = i.id LEFT JOIN "
                + DIRECTORIES
                + " ON d.parent = i.id WHERE i.type = %d AND (n.inode IS NOT NULL OR i.id = %d)"
                    .formatted(DIRECTORY, InodeRow.ROOT)
                + " AND i.links <> 2 + COALESCE(d.directories, 0)",
            Suspect::of,
            file ->
                "directory %d has a wrong link count; it contains %d directories"
                    .formatted(file.id(), file.right() - 2),
            FileRules::setLinks),
        new Rule<>(
            "SELECT DISTINCT x.inode FROM sqlfs_xattr x LEFT JOIN sqlfs_inode i ON i.id = x.inode"
                + " WHERE i.id IS NULL",
            row -> row.getLong(1),
            "there are attributes of file %d, which does not exist"::formatted,
            FileRules::removeXattrs));
  }

  private static boolean makeRoot(Transaction transaction, Owner owner)
      throws SQLException, FsException {
    Statements sql = transaction.sql();
    if (!sql.exists("SELECT 1 FROM sqlfs_inode WHERE id = ?", InodeRow.ROOT)) {
      Inodes.makeRoot(sql, transaction.now(), owner.uid(), owner.gid());
      transaction.count(InodeRow.CHARGE, 1);
      return true;
    }
    sql.update(
        "UPDATE sqlfs_inode SET type = ?, parent = 0, changed = ? WHERE id = ?",
        DIRECTORY,
        transaction.now(),
        InodeRow.ROOT);
    return true;
  }

  /**
   * A file with entries was a directory, one with a target was a symbolic link; any other becomes a
   * regular file, so that clients can read it.
   */
  private static boolean setType(Transaction transaction, Suspect file) throws SQLException {
    Statements sql = transaction.sql();
    FileType type =
        sql.exists("SELECT 1 FROM sqlfs_entry WHERE parent = ?", file.id())
            ? FileType.DIRECTORY
            : Inodes.target(sql, file.id()).length > 0 ? FileType.SYMBOLIC_LINK : FileType.REGULAR;
    return sql.update(
            "UPDATE sqlfs_inode SET type = ?, changed = ? WHERE id = ? AND type = ?",
            type.modeBits(),
            transaction.now(),
            file.id(),
            file.right())
        > 0;
  }

  private static boolean adopt(Transaction transaction, Suspect file) throws SQLException {
    InodeRow row = Inodes.find(transaction.sql(), file.id());
    if (row != null && row.changed() != file.changed()) {
      return false;
    }
    Orphans.adopt(transaction, file.id());
    return true;
  }

  private static boolean letGo(Transaction transaction, long file) throws SQLException {
    return transaction
            .sql()
            .update(
                "DELETE FROM sqlfs_hold WHERE inode = ? AND (session NOT IN"
                    + " (SELECT id FROM sqlfs_session) OR inode NOT IN"
                    + " (SELECT inode FROM sqlfs_orphan))",
                file)
        > 0;
  }

  private static boolean name(Transaction transaction, Suspect file)
      throws SQLException, FsException {
    InodeRow row = file.unchanged(transaction.sql());
    if (row == null) {
      return false;
    }
    LostAndFound.add(transaction, row);
    return true;
  }

  private static boolean markForRemoval(Transaction transaction, Suspect file) throws SQLException {
    if (file.unchanged(transaction.sql()) == null) {
      return false;
    }
    Orphans.add(transaction, file.id());
    return true;
  }

  private static boolean setLinks(Transaction transaction, Suspect file) throws SQLException {
    InodeRow row = file.unchanged(transaction.sql());
    if (row == null) {
      return false;
    }
    Inodes.linksChanged(transaction, row.id(), (int) (file.right() - row.links()));
    return true;
  }

  private static boolean removeXattrs(Transaction transaction, long file)
      throws SQLException, FsException {
    if (Inodes.find(transaction.sql(), file) != null) {
      return false;
    }
    Xattrs.removeAll(transaction, file);
    return true;
  }
}
