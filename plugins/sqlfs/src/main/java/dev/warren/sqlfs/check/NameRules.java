package dev.warren.sqlfs.check;

import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.names.Entries;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/** The rules about names, and the tree of directories. */
final class NameRules {
  private static final int DIRECTORY = FileType.DIRECTORY.modeBits();

  /** For each directory that has several names, the one to be kept. */
  private static final String KEPT =
      """
      (SELECT e.inode AS inode,
          COALESCE(MIN(CASE WHEN e.parent = i.parent THEN e.cookie END), MIN(e.cookie)) AS cookie
        FROM sqlfs_entry e JOIN sqlfs_inode i ON i.id = e.inode WHERE i.type = %d
        GROUP BY e.inode HAVING COUNT(*) > 1)
      """
          .formatted(DIRECTORY);

  private NameRules() {}

  static List<Rule<?>> all(Dialect dialect) {
    return List.of(
        new Rule<>(
            "SELECT " + Name.COLUMNS + " FROM sqlfs_entry e WHERE " + invalid(dialect),
            Name::of,
            name -> name + " is not a valid name",
            NameRules::rename),
        new Rule<>(
            "SELECT "
                + Name.COLUMNS
                + " FROM sqlfs_entry e LEFT JOIN sqlfs_inode i ON i.id = e.inode"
                + " WHERE i.id IS NULL",
            Name::of,
            name -> "%s refers to file %d, which does not exist".formatted(name, name.inode()),
            NameRules::removeOfNothing),
        new Rule<>(
            "SELECT "
                + Name.COLUMNS
                + " FROM sqlfs_entry e LEFT JOIN sqlfs_inode i ON i.id = e.parent"
                + " WHERE i.id IS NULL OR i.type <> "
                + DIRECTORY,
            Name::of,
            name -> "%s: %d is not a directory".formatted(name, name.parent()),
            NameRules::removeInNothing),
        new Rule<>(
            "SELECT "
                + Name.COLUMNS
                + " FROM sqlfs_entry e LEFT JOIN "
                + KEPT
                + " kept ON kept.inode = e.inode"
                + " WHERE e.cookie <> kept.cookie OR e.inode = "
                + InodeRow.ROOT,
            Name::of,
            name -> "%s is a second name of directory %d".formatted(name, name.inode()),
            NameRules::removeFurther),
        new Rule<>(
            "SELECT "
                + Name.COLUMNS
                + " FROM sqlfs_entry e JOIN sqlfs_inode i ON i.id = e.inode"
                + " WHERE i.type = %d AND i.id <> %d AND e.parent <> i.parent AND NOT EXISTS"
                    .formatted(DIRECTORY, InodeRow.ROOT)
                + " (SELECT 1 FROM sqlfs_entry o WHERE o.parent = i.parent AND o.inode = i.id)",
            Name::of,
            name -> "directory %d is not in its recorded parent".formatted(name.inode()),
            NameRules::setParent),
        new Rule<>(
            "WITH RECURSIVE reached (id) AS (SELECT "
                + "CAST(%d AS BIGINT)".formatted(InodeRow.ROOT)
                + " UNION SELECT e.inode FROM reached r JOIN sqlfs_entry e ON e.parent = r.id"
                + " JOIN sqlfs_inode i ON i.id = e.inode AND i.type = %d)".formatted(DIRECTORY)
                + " SELECT DISTINCT i.id FROM sqlfs_inode i JOIN sqlfs_entry e ON e.inode = i.id"
                + " LEFT JOIN reached r ON r.id = i.id WHERE r.id IS NULL AND i.type = "
                + DIRECTORY,
            row -> row.getLong(1),
            "directory %d cannot be reached from the root"::formatted,
            NameRules::breakCycle));
  }

  private static String invalid(Dialect dialect) {
    String contains =
        dialect == Dialect.SQLITE ? "instr(e.name, %s) > 0" : "position(%s IN e.name) > 0";
    return "length(e.name) = 0 OR length(e.name) > %d OR e.name IN (%s, %s) OR %s OR %s"
        .formatted(
            FileNames.MAX_BYTES,
            bytes(dialect, "2E"),
            bytes(dialect, "2E2E"),
            contains.formatted(bytes(dialect, "2F")),
            contains.formatted(bytes(dialect, "00")));
  }

  private static String bytes(Dialect dialect, String hex) {
    return (dialect == Dialect.SQLITE ? "X'%s'" : "decode('%s', 'hex')").formatted(hex);
  }

  private static boolean rename(Transaction transaction, Name name)
      throws SQLException, FsException {
    if (!name.isThere(transaction.sql())) {
      return false;
    }
    byte[] valid;
    do {
      valid = ("invalid-name-" + transaction.newId()).getBytes(StandardCharsets.US_ASCII);
    } while (Entries.find(transaction.sql(), name.parent(), valid) != null);
    Entries.remove(transaction, name.parent(), name.bytes());
    Entries.add(transaction, name.parent(), valid, name.inode());
    Inodes.entriesChanged(transaction, name.parent(), 0);
    Inodes.linksChanged(transaction, name.inode(), 0);
    return true;
  }

  private static boolean removeOfNothing(Transaction transaction, Name name)
      throws SQLException, FsException {
    return Inodes.find(transaction.sql(), name.inode()) == null && remove(transaction, name);
  }

  private static boolean removeInNothing(Transaction transaction, Name name)
      throws SQLException, FsException {
    InodeRow parent = Inodes.find(transaction.sql(), name.parent());
    return (parent == null || !parent.isDirectory()) && remove(transaction, name);
  }

  /** Removes a name. A later rule corrects the link count. */
  private static boolean remove(Transaction transaction, Name name)
      throws SQLException, FsException {
    if (!name.isThere(transaction.sql())) {
      return false;
    }
    Entries.remove(transaction, name.parent(), name.bytes());
    Inodes.entriesChanged(transaction, name.parent(), 0);
    Inodes.linksChanged(transaction, name.inode(), 0);
    return true;
  }

  /** No operation gives a directory a second name, so the name to be kept still exists. */
  private static boolean removeFurther(Transaction transaction, Name name)
      throws SQLException, FsException {
    InodeRow directory = Inodes.find(transaction.sql(), name.inode());
    boolean still =
        name.inode() == InodeRow.ROOT
            || (directory != null
                && directory.isDirectory()
                && (directory.parent() != name.parent()
                    || namesInParent(transaction, directory) > 1));
    return still && remove(transaction, name);
  }

  private static long namesInParent(Transaction transaction, InodeRow directory)
      throws SQLException {
    return transaction
        .sql()
        .number(
            "SELECT COUNT(*) FROM sqlfs_entry WHERE parent = ? AND inode = ?",
            directory.parent(),
            directory.id());
  }

  private static boolean setParent(Transaction transaction, Name name) throws SQLException {
    if (!name.isThere(transaction.sql())) {
      return false;
    }
    Inodes.setParent(transaction, name.inode(), name.parent());
    Inodes.linksChanged(transaction, name.inode(), 0);
    return true;
  }

  /**
   * Moves a directory of a cycle to {@code /lost+found}. An unreachable directory is in or below a
   * cycle, or below a directory without a name, which another rule repairs. Two pointers that walk
   * up, one twice as fast, meet in the cycle.
   */
  private static boolean breakCycle(Transaction transaction, long unreached)
      throws SQLException, FsException {
    Statements sql = transaction.sql();
    long slow = unreached;
    long fast = unreached;
    do {
      slow = above(sql, slow);
      fast = above(sql, above(sql, fast));
      if (fast == 0) {
        return false;
      }
    } while (slow != fast);
    InodeRow one = Inodes.require(sql, slow);
    byte[] name =
        sql.first(
            "SELECT name FROM sqlfs_entry WHERE parent = ? AND inode = ?",
            row -> row.getBytes(1),
            one.parent(),
            one.id());
    if (name == null) {
      return false;
    }
    Entries.remove(transaction, one.parent(), name);
    Inodes.entriesChanged(transaction, one.parent(), -1);
    LostAndFound.add(transaction, one);
    return true;
  }

  /** The parent of a directory, if the directory has a name there; else 0. */
  private static long above(Statements sql, long directory) throws SQLException {
    Long parent =
        sql.first(
            "SELECT e.parent FROM sqlfs_inode i JOIN sqlfs_entry e ON e.parent = i.parent"
                + " AND e.inode = i.id WHERE i.id = ? LIMIT 1",
            row -> row.getLong(1),
            directory);
    return parent == null ? 0 : parent;
  }
}
