package dev.warren.sqlfs.session;

import dev.warren.api.FsException;
import dev.warren.sqlfs.content.Loose;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.inode.Xattrs;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.List;

/**
 * Files without a name. Each host that has one open says so with a row; a file goes when every host
 * has had the time to say so and none has.
 */
public final class Orphans {
  private static final int MOST_AT_ONCE = 256;

  /** An orphan, and when it became one, as a number that grows. */
  record Orphan(long inode, long number) {}

  private Orphans() {}

  /** Notes that a file lost its last name. */
  public static void add(Transaction transaction, long inode) throws SQLException {
    transaction
        .sql()
        .update(
            "INSERT INTO sqlfs_orphan (inode, number) VALUES (?, ?)", inode, transaction.newId());
  }

  /** A file gets a name again. */
  public static void adopt(Transaction transaction, long inode) throws SQLException {
    transaction.sql().update("DELETE FROM sqlfs_orphan WHERE inode = ?", inode);
    transaction.sql().update("DELETE FROM sqlfs_hold WHERE inode = ?", inode);
  }

  /** Those after a number, oldest first. */
  static List<Orphan> after(Statements sql, long number) throws SQLException {
    return sql.all(
        "SELECT inode, number FROM sqlfs_orphan WHERE number > ? ORDER BY number LIMIT ?",
        row -> new Orphan(row.getLong(1), row.getLong(2)),
        number,
        MOST_AT_ONCE);
  }

  /** Those up to a number that nobody holds. */
  static List<Long> unheld(Statements sql, long number) throws SQLException {
    return sql.all(
        "SELECT inode FROM sqlfs_orphan o WHERE number <= ? AND NOT EXISTS"
            + " (SELECT 1 FROM sqlfs_hold h WHERE h.inode = o.inode) ORDER BY number LIMIT ?",
        row -> row.getLong(1),
        number,
        MOST_AT_ONCE);
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

  /** Removes a file that nobody can reach. */
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
    Loose.drop(transaction, row.content());
    transaction.touch(inode);
  }
}
