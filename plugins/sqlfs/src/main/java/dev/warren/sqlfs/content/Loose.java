package dev.warren.sqlfs.content;

import dev.warren.api.FsException;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;

/**
 * Contents that belong to no file: those that a session is writing in place of an old one, and
 * those that are to go. Large ones go in slices, so that nobody waits for all of it.
 */
public final class Loose {
  private static final int SLICE = 256;
  private static final long NOBODY = 0;

  private record Part(long last, long count, long bytes) {}

  private Loose() {}

  /** Notes a content that a session writes. */
  public static void begin(Transaction transaction, long content) throws SQLException {
    note(transaction.sql(), content, transaction.session());
  }

  /** A content belongs to a file now. */
  public static void settle(Transaction transaction, long content) throws SQLException {
    transaction.sql().update("DELETE FROM sqlfs_loose WHERE content = ?", content);
  }

  /** A content belongs to nobody any more, and goes with {@link #sweep}. */
  public static void drop(Transaction transaction, long content) throws SQLException {
    if (content != 0) {
      note(transaction.sql(), content, NOBODY);
    }
  }

  private static void note(Statements sql, long content, long session) throws SQLException {
    sql.update(
        "INSERT INTO sqlfs_loose (content, session) VALUES (?, ?)"
            + " ON CONFLICT (content) DO UPDATE SET session = excluded.session",
        content,
        session);
  }

  /** What a session was writing is nobody's. */
  public static void abandon(Statements sql, long session) throws SQLException {
    sql.update("UPDATE sqlfs_loose SET session = ? WHERE session = ?", NOBODY, session);
  }

  /** Removes a slice of what is nobody's; returns whether there is more. */
  public static boolean sweep(Transaction transaction) throws SQLException, FsException {
    Statements sql = transaction.sql();
    Long content =
        sql.first(
            "SELECT content FROM sqlfs_loose WHERE session = ? LIMIT 1",
            row -> row.getLong(1),
            NOBODY);
    if (content == null) {
      return false;
    }
    Part part =
        sql.first(
            "SELECT COALESCE(MAX(number), 0), COUNT(*), COALESCE(SUM(bytes), 0) FROM"
                + " (SELECT number, length(data) AS bytes FROM sqlfs_chunk WHERE content = ?"
                + " ORDER BY number LIMIT ?) AS slice",
            row -> new Part(row.getLong(1), row.getLong(2), row.getLong(3)),
            content,
            SLICE);
    if (part != null && part.count() > 0) {
      sql.update("DELETE FROM sqlfs_chunk WHERE content = ? AND number <= ?", content, part.last());
      transaction.count(-part.bytes(), 0);
    }
    if (part == null || part.count() < SLICE) {
      settle(transaction, content);
    }
    return true;
  }
}
