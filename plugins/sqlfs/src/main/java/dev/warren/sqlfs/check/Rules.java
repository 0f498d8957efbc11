package dev.warren.sqlfs.check;

import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Xattrs;
import dev.warren.sqlfs.names.Owner;
import dev.warren.sqlfs.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** All rules by which a file system is checked. */
final class Rules {
  private static final String BYTES =
      "(SELECT COUNT(*) * %d + COALESCE(SUM(COALESCE(length(target), 0)), 0) FROM sqlfs_inode)"
              .formatted(InodeRow.CHARGE)
          + " + (SELECT COUNT(*) * %d FROM sqlfs_entry)".formatted(InodeRow.NAME_CHARGE)
          + " + (SELECT COALESCE(SUM(length(data)), 0) FROM sqlfs_chunk)"
          + " + (SELECT COALESCE(SUM(%d + length(name) + length(value)), 0) FROM sqlfs_xattr)"
              .formatted(Xattrs.CHARGE);

  private Rules() {}

  /**
   * The rules about damage, which no sequence of operations causes, in the order of repair.
   *
   * @param owner of the root directory, if it is missing and must be created
   */
  static List<Rule<?>> damage(Dialect dialect, Owner owner) {
    List<Rule<?>> all = new ArrayList<>(FileRules.first(owner));
    all.addAll(ContentRules.first());
    all.addAll(NameRules.all(dialect));
    all.addAll(FileRules.last());
    all.addAll(ContentRules.last());
    return all;
  }

  /**
   * The rules about totals. Each operation changes a total and what it counts by the same amount,
   * so the difference stays the same until it is corrected.
   */
  static List<Rule<?>> totals() {
    return List.of(
        new Rule<>(
            "SELECT v.files, t.files FROM sqlfs_volume v"
                + " CROSS JOIN (SELECT COUNT(*) AS files FROM sqlfs_inode) t"
                + " WHERE v.files <> t.files",
            row -> new Total(row.getLong(1), row.getLong(2)),
            total ->
                "there are %d files, but the recorded total is %d"
                    .formatted(total.right, total.counted),
            (transaction, total) -> correct(transaction, 0, total.more())),
        new Rule<>(
            "SELECT v.bytes, t.bytes FROM sqlfs_volume v CROSS JOIN (SELECT "
                + BYTES
                + " AS bytes) t WHERE v.bytes <> t.bytes",
            row -> new Total(row.getLong(1), row.getLong(2)),
            total ->
                "there are %d bytes, but the recorded total is %d"
                    .formatted(total.right, total.counted),
            (transaction, total) -> correct(transaction, total.more(), 0)));
  }

  private record Total(long counted, long right) {
    long more() {
      return right - counted;
    }
  }

  private static boolean correct(Transaction transaction, long bytes, long files)
      throws FsException {
    transaction.count(bytes, (int) files);
    return true;
  }

  /** What dead hosts have left, and what waits to be removed while no host is alive. */
  static List<Rule<?>> leftovers(Dialect dialect) {
    String noHost =
        " AND NOT EXISTS (SELECT 1 FROM sqlfs_session s WHERE s.expires > %s)"
            .formatted(dialect.now());
    return List.of(
        Rule.toBeSaid(expired(dialect), Rules::expiredSession, text -> text),
        Rule.toBeSaid(
            "SELECT o.inode FROM sqlfs_orphan o WHERE NOT EXISTS"
                + " (SELECT 1 FROM sqlfs_hold h WHERE h.inode = o.inode)"
                + noHost,
            row -> row.getLong(1),
            "file %d has no name, and no host has it open"::formatted),
        Rule.toBeSaid(
            "SELECT l.content FROM sqlfs_loose l WHERE l.session = 0" + noHost,
            row -> row.getLong(1),
            "content %d waits to be removed"::formatted));
  }

  static String expiredSession(ResultSet row) throws SQLException {
    return "the lease of session %d (%s) has run out".formatted(row.getLong(1), row.getString(2));
  }

  /** The sessions whose lease has run out. */
  static String expired(Dialect dialect) {
    return "SELECT id, host FROM sqlfs_session WHERE expires <= " + dialect.now();
  }
}
