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
  private static final int MOST_AT_ONCE = 256;

  /** An orphan, with a number that increases in the order in which files became orphans. */
  record Orphan(long inode, long number) {}

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
        MOST_AT_ONCE);
  }

  /** The oldest orphans up to a number that no host holds. */
  static List<Long> unheld(Statements sql, long number) throws SQLException {
    return sql.all(
        "SELECT inode FROM sqlfs_orphan o WHERE number <= ? AND NOT EXISTS"
            + " (SELECT 1 FROM sqlfs_hold h WHERE h.inode = o.inode) ORDER BY number LIMIT ?",
        row -> row.getLong(1),
        number,
        MOST_AT_ONCE);
  }

  /** The number up to which all other sessions have recorded which orphans they hold. */
  static long seenByOthers(Statements sql, long session) throws SQLException {
    return sql.number(
        "SELECT COALESCE(MIN(seen), ?) FROM sqlfs_session WHERE id <> ?", Long.MAX_VALUE, session);
  }

  /** Deletes up to 256 orphans that no host holds, for a host that holds none; returns them. */
  public static List<Long> removeUnheld(Transaction transaction) throws SQLException, FsException {
    Statements sql = transaction.sql();
    List<Long> unheld = unheld(sql, seenByOthers(sql, transaction.session()));
    for (long inode : unheld) {
      remove(transaction, inode);
    }
    return unheld;
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
