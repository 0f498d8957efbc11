package dev.warren.gptfs.store;

import dev.warren.api.database.Dialect;
import dev.warren.gptfs.store.JobStore.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements that write, on one connection. Used by one thread. */
final class Statements implements AutoCloseable {
  /** In bytes. Larger parts are split, so that one line of a large batch can be read alone. */
  static final int PIECE = 64 << 10;

  private final @Nullable SharedRows shared;
  private final PreparedStatement save;
  private final PreparedStatement dropParts;
  private final PreparedStatement dropPart;
  private final PreparedStatement addPiece;
  private final PreparedStatement delete;
  private final PreparedStatement mark;
  private final PreparedStatement unmark;

  /**
   * @param member this host, if hosts share the database
   */
  Statements(Connection connection, Dialect dialect, @Nullable Member member, System.Logger log)
      throws SQLException {
    shared = member == null ? null : new SharedRows(connection, dialect, member, log);
    save =
        connection.prepareStatement(
            """
            INSERT INTO gptfs_jobs (id, source, base, state, ended, told, finished_at, seen, answer_bytes, attempt,
              fence, changed_at, description, checksum)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, %s, ?, ?)
            ON CONFLICT (id) DO UPDATE SET source = excluded.source, base = excluded.base, state = excluded.state,
              ended = excluded.ended, told = excluded.told, finished_at = excluded.finished_at,
              seen = excluded.seen, answer_bytes = excluded.answer_bytes, attempt = excluded.attempt, fence = gptfs_jobs.fence + 1,
              changed_at = excluded.changed_at, description = excluded.description, checksum = excluded.checksum
            """
                .formatted(dialect.now()));
    dropParts = connection.prepareStatement("DELETE FROM gptfs_parts WHERE job = ?");
    dropPart = connection.prepareStatement("DELETE FROM gptfs_parts WHERE job = ? AND part = ?");
    addPiece =
        connection.prepareStatement(
            "INSERT INTO gptfs_parts (job, part, piece, content, checksum) VALUES (?, ?, ?, ?, ?)");
    delete = connection.prepareStatement("DELETE FROM gptfs_jobs WHERE id = ?");
    mark =
        connection.prepareStatement(
            "INSERT INTO gptfs_unfinished (path) VALUES (?) ON CONFLICT (path) DO NOTHING");
    unmark = connection.prepareStatement("DELETE FROM gptfs_unfinished WHERE path = ?");
  }

  /** Whether there is no job and no mark. */
  boolean isEmpty() throws SQLException {
    try (Statement statement = save.getConnection().createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT 1 FROM gptfs_jobs UNION ALL SELECT 1 FROM gptfs_unfinished LIMIT 1")) {
      return !rows.next();
    }
  }

  /** Deletes all jobs and marks. */
  void clear() throws SQLException {
    try (Statement statement = save.getConnection().createStatement()) {
      statement.executeUpdate("DELETE FROM gptfs_jobs");
      statement.executeUpdate("DELETE FROM gptfs_unfinished");
    }
  }

  /**
   * Writes a job's row and its new parts.
   *
   * @param drop whether all earlier parts are deleted
   * @throws LostRowException if another host owns the job
   */
  void save(Row row, Map<Integer, byte[]> parts, boolean drop, Fence fence) throws SQLException {
    boolean isInserted = false;
    if (shared == null) {
      save(row);
    } else {
      isInserted = shared.save(row, fence);
    }
    if (row.complete()) {
      unfinished(row.source(), false);
    }
    if (drop && !isInserted) {
      if (shared != null && row.lines()) {
        shared.lines().drop(row.id()); // first, so that no results are stored afterwards
      }
      dropParts.setString(1, row.id());
      dropParts.executeUpdate();
    }
    for (Map.Entry<Integer, byte[]> part : parts.entrySet()) {
      part(row.id(), part.getKey(), part.getValue(), !drop);
    }
  }

  /** The statements for hosts that share the database. */
  SharedRows shared() {
    if (shared == null) {
      throw new IllegalStateException("the database is this host's alone");
    }
    return shared;
  }

  private void save(Row row) throws SQLException {
    save.setString(1, row.id());
    save.setString(2, row.source());
    save.setString(3, row.base());
    save.setString(4, row.state());
    save.setInt(5, row.ended() ? 1 : 0);
    save.setInt(6, row.told() ? 1 : 0);
    if (row.finishedAt() == null) {
      save.setNull(7, Types.BIGINT);
    } else {
      save.setLong(7, row.finishedAt().toEpochMilli());
    }
    save.setInt(8, row.seen() ? 1 : 0);
    save.setLong(9, row.bytes());
    save.setInt(10, row.attempts());
    save.setBytes(11, row.description());
    save.setLong(12, Checksum.of(row.description(), 0, row.description().length));
    save.executeUpdate();
  }

  /** Writes a part, in place of an earlier one with the same number. */
  void part(String id, int number, byte[] content, Fence fence) throws SQLException {
    if (shared != null) {
      shared.requireOwned(id, fence);
    }
    part(id, number, content, true);
  }

  /** Writes the result of a batch's line that this host has claimed and that has no result. */
  void linePart(Line line, byte[] content) throws SQLException {
    part(line.job(), JobStore.FIRST_LINE + line.number(), content, false);
  }

  private void part(String id, int number, byte[] content, boolean replaces) throws SQLException {
    if (replaces) {
      dropPart.setString(1, id);
      dropPart.setInt(2, number);
      dropPart.executeUpdate();
    }
    for (int piece = 0; piece == 0 || piece * (long) PIECE < content.length; piece++) {
      int from = piece * PIECE;
      int length = Math.min(PIECE, content.length - from);
      byte[] bytes =
          length == content.length ? content : Arrays.copyOfRange(content, from, from + length);
      addPiece.setString(1, id);
      addPiece.setInt(2, number);
      addPiece.setInt(3, piece);
      addPiece.setBytes(4, bytes);
      addPiece.setLong(5, Checksum.of(bytes, 0, length));
      addPiece.executeUpdate();
    }
  }

  void delete(String id, Fence fence) throws SQLException {
    if (shared != null) {
      shared.requireOwned(id, fence);
      shared.lines().drop(id); // notifies the hosts that process the lines
    }
    delete.setString(1, id);
    delete.executeUpdate(); // its parts are deleted by their foreign key
  }

  void unfinished(String path, boolean is) throws SQLException {
    if (shared != null) {
      shared.unfinished(path, is);
      return;
    }
    PreparedStatement statement = is ? mark : unmark;
    statement.setString(1, path);
    statement.executeUpdate();
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement one :
        new PreparedStatement[] {save, dropParts, dropPart, addPiece, delete, mark, unmark}) {
      one.close();
    }
    if (shared != null) {
      shared.close();
    }
  }
}
