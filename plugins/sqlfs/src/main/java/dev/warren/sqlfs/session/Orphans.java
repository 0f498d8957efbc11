package dev.warren.sqlfs.session;

import dev.warren.api.FsException;
import dev.warren.sqlfs.content.UnattachedContents;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.inode.Xattrs;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.List;

/**
 * Files without a name. Each host that holds one adds a row. A file is deleted when every host has
 * had time to do so and none has.
 */
public final class Orphans {
  /** The number up to which other hosts have seen the orphans, if there are no other hosts. */
  static final long NO_OTHERS = Long.MAX_VALUE;

  private static final int PAGE = 4096;

  /** How many are deleted in one transaction, since other changes wait for it. */
  private static final int SLICE = 1024;

  private static final String UNHELD =
      "FROM sqlfs_orphan o WHERE o.number <= ? AND NOT EXISTS"
          + " (SELECT 1 FROM sqlfs_hold h WHERE h.inode = o.inode)";

  /** An orphan, with a number that increases in the order in which files became orphans. */
  record Orphan(long inode, long number) {}

  private record Size(long files, long bytes) {}

  private Orphans() {}

  /** Records that a file lost its last name. */
  public static void add(Transaction transaction, long inode) throws SQLException {
    transaction
        .sql()
        .update(
            "INSERT INTO sqlfs_orphan (inode, number) VALUES (?, ?)", inode, transaction.newId());
  }

  /** Records that an orphan got a name again. */
  public static void adopt(Transaction transaction, long inode) throws SQLException {
    transaction.sql().update("DELETE FROM sqlfs_orphan WHERE inode = ?", inode);
    transaction.sql().update("DELETE FROM sqlfs_hold WHERE inode = ?", inode);
  }

  /** The oldest orphans after a number, in order. */
  static List<Orphan> after(Statements sql, long number) throws SQLException {
    return sql.all(
        "SELECT inode, number FROM sqlfs_orphan WHERE number > ? ORDER BY number LIMIT ?",
        row -> new Orphan(row.getLong(1), row.getLong(2)),
        number,
        PAGE);
  }

  /** The number up to which all other sessions have recorded which orphans they hold. */
  static long seenByOthers(Statements sql, long session) throws SQLException {
    return sql.number(
        "SELECT COALESCE(MIN(seen), ?) FROM sqlfs_session WHERE id <> ?", NO_OTHERS, session);
  }

  /**
   * Deletes a slice of the orphans that no host holds; the caller is a host that holds no orphans.
   */
  public static List<Long> removeUnheld(Transaction transaction) throws SQLException, FsException {
    return removeUnheld(transaction, seenByOthers(transaction.sql(), transaction.session()));
  }

  /**
   * Deletes a slice of the orphans with numbers up to {@code number} that no host holds; returns
   * them.
   */
  static List<Long> removeUnheld(Transaction transaction, long number)
      throws SQLException, FsException {
    Statements sql = transaction.sql();
    List<Orphan> slice =
        sql.all(
            "SELECT o.inode, o.number " + UNHELD + " ORDER BY o.number LIMIT ?",
            row -> new Orphan(row.getLong(1), row.getLong(2)),
            number,
            SLICE);
    if (!slice.isEmpty()) {
      removeUpTo(transaction, slice.getLast().number());
    }
    List<Long> removed = slice.stream().map(Orphan::inode).toList();
    removed.forEach(transaction::touch);
    return removed;
  }

  /** Deletes the unheld orphans up to a number, which nothing changes before the commit. */
  private static void removeUpTo(Transaction transaction, long last)
      throws SQLException, FsException {
    Statements sql = transaction.sql();
    String unheld = " IN (SELECT o.inode " + UNHELD + ")";
    Xattrs.removeAll(transaction, "inode" + unheld, last);
    Size size =
        sql.first(
            "SELECT COUNT(*), COALESCE(SUM(? + COALESCE(length(target), 0)), 0) FROM sqlfs_inode"
                + " WHERE id"
                + unheld,
            row -> new Size(row.getLong(1), row.getLong(2)),
            InodeRow.CHARGE,
            last);
    UnattachedContents.dropAll(sql, "id" + unheld, last);
    sql.update("DELETE FROM sqlfs_inode WHERE id" + unheld, last);
    sql.update("DELETE FROM sqlfs_orphan WHERE inode" + unheld, last);
    if (size != null) {
      transaction.count(-size.bytes(), -Math.toIntExact(size.files()));
    }
  }

  static boolean isOrphan(Statements sql, long inode, long number) throws SQLException {
    return sql.exists(
        "SELECT 1 FROM sqlfs_orphan o WHERE inode = ? AND number <= ? AND NOT EXISTS"
            + " (SELECT 1 FROM sqlfs_hold h WHERE h.inode = o.inode)",
        inode,
        number);
  }

  static void hold(Statements sql, long inode, long session) throws SQLException {
    sql.update(
        "INSERT INTO sqlfs_hold (inode, session) VALUES (?, ?)"
            + " ON CONFLICT (inode, session) DO NOTHING",
        inode,
        session);
  }

  static void letGo(Statements sql, long inode, long session) throws SQLException {
    sql.update("DELETE FROM sqlfs_hold WHERE inode = ? AND session = ?", inode, session);
  }

  /** Deletes an orphan, which no host holds. */
  static void remove(Transaction transaction, long inode) throws SQLException, FsException {
    Statements sql = transaction.sql();
    InodeRow row = Inodes.find(sql, inode);
    sql.update("DELETE FROM sqlfs_orphan WHERE inode = ?", inode);
    if (row == null) {
      return;
    }
    Xattrs.removeAll(transaction, inode);
    int target = Inodes.target(sql, inode).length;
    sql.update("DELETE FROM sqlfs_inode WHERE id = ?", inode);
    transaction.count(-InodeRow.CHARGE - target, -1);
    UnattachedContents.drop(transaction, row.content());
    transaction.touch(inode);
  }
}
