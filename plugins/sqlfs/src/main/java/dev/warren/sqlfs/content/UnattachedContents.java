package dev.warren.sqlfs.content;

import dev.warren.api.FsException;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * Contents that belong to no file: those that a session is writing as replacements, and those that
 * are to be deleted. Large ones are deleted in slices, so that no transaction takes long.
 */
public final class UnattachedContents {
  private static final int SLICE = 256;

  /** The most contents that are deleted in one transaction. */
  private static final int CONTENTS = 64;

  /** The session of contents that are to be deleted. */
  public static final long NOBODY = 0;

  /** A query that returns a row if contents are to be deleted; its parameter is {@link #NOBODY}. */
  public static final String ANY = "SELECT 1 FROM sqlfs_loose WHERE session = ?";

  /** The first chunks of a content: how many, their size, and the number of the last. */
  private record Part(long count, long bytes, long last) {}

  private UnattachedContents() {}

  /** Records a content that this session is writing. */
  public static void begin(Transaction transaction, long content) throws SQLException {
    note(transaction.sql(), content, transaction.session());
  }

  /** Removes the record of a content, which belongs to a file now or has been deleted. */
  public static void settle(Transaction transaction, long content) throws SQLException {
    transaction.sql().update("DELETE FROM sqlfs_loose WHERE content = ?", content);
  }

  /** Records a content that belongs to no file any more; {@link #sweep} deletes it. */
  public static void drop(Transaction transaction, long content) throws SQLException {
    if (content != 0) {
      note(transaction.sql(), content, NOBODY);
    }
  }

  /**
   * Records the contents of some files, which are about to be deleted; {@link #sweep} deletes them.
   *
   * @param which the condition for the files' {@code id}, with one parameter
   */
  public static void dropAll(Statements sql, String which, long parameter) throws SQLException {
    sql.update(
        "INSERT INTO sqlfs_loose (content, session) SELECT content, ? FROM sqlfs_inode"
            + " WHERE content <> 0 AND "
            + which
            + " ON CONFLICT (content) DO UPDATE SET session = excluded.session",
        NOBODY,
        parameter);
  }

  private static void note(Statements sql, long content, long session) throws SQLException {
    sql.update(
        "INSERT INTO sqlfs_loose (content, session) VALUES (?, ?)"
            + " ON CONFLICT (content) DO UPDATE SET session = excluded.session",
        content,
        session);
  }

  /** Whether a content is one that a session is writing: not complete, and not given up. */
  public static boolean isBegun(Statements sql, long content, long session) throws SQLException {
    return sql.exists(
        "SELECT 1 FROM sqlfs_loose WHERE content = ? AND session = ?", content, session);
  }

  /**
   * Lets {@link #sweep} delete a content that was begun, unless it belongs to a file: the host may
   * not know that it was completed.
   */
  public static void giveUp(Statements sql, long content) throws SQLException {
    sql.update("UPDATE sqlfs_loose SET session = ? WHERE content = ?", NOBODY, content);
  }

  /** Lets {@link #sweep} delete what a session was writing. */
  public static void abandon(Statements sql, long session) throws SQLException {
    sql.update("UPDATE sqlfs_loose SET session = ? WHERE session = ?", NOBODY, session);
  }

  /** Whether contents are to be deleted. */
  public static boolean isAny(Statements sql) throws SQLException {
    return sql.exists(ANY + " LIMIT 1", NOBODY);
  }

  /**
   * Deletes up to 256 chunks of the contents that are to be deleted; returns false if there were
   * none.
   */
  public static boolean sweep(Transaction transaction) throws SQLException, FsException {
    List<Long> contents =
        transaction
            .sql()
            .all(
                "SELECT content FROM sqlfs_loose WHERE session = ? ORDER BY content LIMIT ?",
                row -> row.getLong(1),
                NOBODY,
                CONTENTS);
    long chunks = 0;
    long bytes = 0;
    long last = 0;
    for (long content : contents) {
      Part part = part(transaction.sql(), content);
      chunks += part.count();
      if (chunks >= SLICE) { // it may have more chunks
        if (last == 0) {
          deletePart(transaction, content, part);
        }
        break;
      }
      bytes += part.bytes();
      last = content;
    }
    if (last > 0) {
      deleteUpTo(transaction, last, bytes);
    }
    return !contents.isEmpty();
  }

  private static Part part(Statements sql, long content) throws SQLException {
    return Objects.requireNonNull(
        sql.first(
            "SELECT COUNT(*), COALESCE(SUM(bytes), 0), COALESCE(MAX(number), 0) FROM (SELECT"
                + " number, length(data) AS bytes FROM sqlfs_chunk WHERE content = ? ORDER BY"
                + " number LIMIT ?) AS part",
            row -> new Part(row.getLong(1), row.getLong(2), row.getLong(3)),
            content,
            SLICE));
  }

  /** Deletes whole contents, up to the last one. */
  private static void deleteUpTo(Transaction transaction, long last, long bytes)
      throws SQLException, FsException {
    String which = " FROM sqlfs_loose WHERE session = ? AND content <= ?";
    transaction
        .sql()
        .update(
            "DELETE FROM sqlfs_chunk WHERE content IN (SELECT content" + which + ")", NOBODY, last);
    transaction.sql().update("DELETE" + which, NOBODY, last);
    transaction.count(-bytes, 0);
  }

  private static void deletePart(Transaction transaction, long content, Part part)
      throws SQLException, FsException {
    transaction
        .sql()
        .update("DELETE FROM sqlfs_chunk WHERE content = ? AND number <= ?", content, part.last());
    transaction.count(-part.bytes(), 0);
  }
}
