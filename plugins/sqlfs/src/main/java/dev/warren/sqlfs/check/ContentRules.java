package dev.warren.sqlfs.check;

import dev.warren.api.FsException;
import dev.warren.sqlfs.content.Chunks;
import dev.warren.sqlfs.content.UnattachedContents;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.List;

/** The rules about contents. */
final class ContentRules {
  private static final String SUMS =
      "(SELECT content, SUM(length(data)) AS bytes FROM sqlfs_chunk GROUP BY content) c";

  private ContentRules() {}

  /** The rules about the records of contents to be removed; they run before any removal. */
  static List<Rule<?>> first() {
    return List.of(
        new Rule<>(
            "SELECT "
                + Suspect.COLUMNS
                + "i.content FROM sqlfs_inode i JOIN sqlfs_loose l ON l.content = i.content",
            Suspect::of,
            file -> "the content of file %d is to be removed".formatted(file.id()),
            ContentRules::settle),
        new Rule<>(
            "SELECT l.content FROM sqlfs_loose l LEFT JOIN sqlfs_session s ON s.id = l.session"
                + " WHERE l.session <> 0 AND s.id IS NULL",
            row -> row.getLong(1),
            "content %d belongs to a host that is gone"::formatted,
            ContentRules::abandon));
  }

  /** The rules about the contents themselves. */
  static List<Rule<?>> last() {
    return List.of(
        new Rule<>(
            "SELECT c.content FROM (SELECT DISTINCT content FROM sqlfs_chunk) c"
                + " LEFT JOIN (SELECT DISTINCT content FROM sqlfs_inode WHERE content <> 0) i"
                + " ON i.content = c.content LEFT JOIN sqlfs_loose l ON l.content = c.content"
                + " WHERE i.content IS NULL AND l.content IS NULL",
            row -> row.getLong(1),
            "content %d belongs to no file, and nothing will remove it"::formatted,
            ContentRules::drop),
        new Rule<>(
            "SELECT DISTINCT "
                + Suspect.COLUMNS
                + "v.chunk FROM sqlfs_inode i JOIN sqlfs_chunk c ON c.content = i.content"
                + " JOIN sqlfs_volume v ON v.one = 1 WHERE c.number < 0"
                + " OR c.number > i.size / v.chunk OR length(c.data) > v.chunk"
                + " OR (c.number = i.size / v.chunk AND length(c.data) > i.size % v.chunk)",
            Suspect::of,
            file -> "file %d stores bytes past its end, or past a chunk's".formatted(file.id()),
            ContentRules::cut),
        new Rule<>(
            "SELECT "
                + Suspect.COLUMNS
                + "COALESCE(c.bytes, 0) FROM sqlfs_inode i LEFT JOIN "
                + SUMS
                + " ON c.content = i.content AND i.content <> 0"
                + " WHERE i.stored <> COALESCE(c.bytes, 0)",
            Suspect::of,
            file ->
                "file %d stores %d bytes, which differs from its recorded size on disk"
                    .formatted(file.id(), file.right()),
            ContentRules::setStored));
  }

  private static boolean settle(Transaction transaction, Suspect file) throws SQLException {
    if (file.unchanged(transaction.sql()) == null) {
      return false;
    }
    UnattachedContents.settle(transaction, file.right());
    return true;
  }

  private static boolean abandon(Transaction transaction, long content) throws SQLException {
    return transaction
            .sql()
            .update(
                "UPDATE sqlfs_loose SET session = 0 WHERE content = ? AND session NOT IN"
                    + " (SELECT id FROM sqlfs_session)",
                content)
        > 0;
  }

  /** No file can get the content meanwhile: numbers of contents are never used again. */
  private static boolean drop(Transaction transaction, long content) throws SQLException {
    if (!transaction.sql().exists("SELECT 1 FROM sqlfs_chunk WHERE content = ? LIMIT 1", content)) {
      return false;
    }
    UnattachedContents.drop(transaction, content);
    return true;
  }

  /** Removes only bytes that clients could not read. */
  private static boolean cut(Transaction transaction, Suspect file)
      throws SQLException, FsException {
    InodeRow row = file.unchanged(transaction.sql());
    if (row == null) {
      return false;
    }
    Statements sql = transaction.sql();
    int chunk = (int) file.right();
    long before = stored(sql, row.content());
    sql.update("DELETE FROM sqlfs_chunk WHERE content = ? AND number < 0", row.content());
    sql.update(
        "UPDATE sqlfs_chunk SET data = substr(data, 1, ?) WHERE content = ? AND length(data) > ?",
        chunk,
        row.content(),
        chunk);
    transaction.count(stored(sql, row.content()) - before, 0);
    long _ = Chunks.cut(transaction, row.content(), row.size(), chunk);
    return setStored(transaction, row, stored(sql, row.content()));
  }

  private static long stored(Statements sql, long content) throws SQLException {
    return sql.number(
        "SELECT COALESCE(SUM(length(data)), 0) FROM sqlfs_chunk WHERE content = ?", content);
  }

  private static boolean setStored(Transaction transaction, Suspect file) throws SQLException {
    InodeRow row = file.unchanged(transaction.sql());
    return row != null && setStored(transaction, row, file.right());
  }

  private static boolean setStored(Transaction transaction, InodeRow row, long stored)
      throws SQLException {
    long now = transaction.now();
    transaction
        .sql()
        .update(
            "UPDATE sqlfs_inode SET stored = ?, changed = ?, version = ? WHERE id = ?",
            stored,
            now,
            row.nextVersion(now),
            row.id());
    transaction.touch(row.id());
    return true;
  }
}
