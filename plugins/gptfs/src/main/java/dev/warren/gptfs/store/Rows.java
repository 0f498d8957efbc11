package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.api.database.Migrations;
import dev.warren.gptfs.store.JobStore.Bounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The queries, on one connection, whose statements are prepared once. Thread-safe. */
final class Rows implements AutoCloseable {
  private static final String JOBS = "SELECT description, checksum FROM gptfs_jobs WHERE ";

  /** The character after the slash: the upper bound of the paths below a directory ends with it. */
  private static final char AFTER_SLASH = '/' + 1;

  private final DataSource database;
  private final Dialect dialect;
  private final System.Logger log;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private @Nullable Connection connection;
  private boolean closed;

  Rows(DataSource database, System.Logger log) throws SQLException {
    this.database = database;
    this.log = log;
    connection = database.getConnection();
    dialect = Dialect.of(connection);
  }

  /** Reads the rows of a result. */
  @FunctionalInterface
  private interface Reader<T extends @Nullable Object> {
    T read(ResultSet rows) throws SQLException, FsException;
  }

  private synchronized <T extends @Nullable Object> T ask(
      String question, Reader<T> reader, Object... values) throws FsException {
    try {
      try {
        return askOnce(question, reader, values);
      } catch (SQLException e) {
        if (!dialect.isGone(e) && !isClosed()) {
          throw e;
        }
        disconnect(); // perhaps the server was restarted: a new connection may work
        return askOnce(question, reader, values);
      }
    } catch (SQLException e) {
      throw new FsException(Errno.of(dialect, e), "the jobs cannot be read: " + e.getMessage(), e);
    }
  }

  private <T extends @Nullable Object> T askOnce(
      String question, Reader<T> reader, Object... values) throws SQLException, FsException {
    PreparedStatement statement = prepared.get(question);
    if (statement == null) {
      statement = connection().prepareStatement(question);
      prepared.put(question, statement);
    }
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    try (ResultSet rows = statement.executeQuery()) {
      return reader.read(rows);
    }
  }

  private Connection connection() throws SQLException {
    if (closed) {
      throw new SQLException("the store is closed");
    }
    Connection now = connection;
    if (now == null) {
      now = database.getConnection();
      connection = now;
    }
    return now;
  }

  /** Whether the pool has closed the connection, after a failure of it; that has no state. */
  private boolean isClosed() throws SQLException {
    return connection != null && connection.isClosed();
  }

  private void disconnect() {
    prepared.clear();
    Connection broken = connection;
    connection = null;
    try {
      if (broken != null) {
        broken.close();
      }
    } catch (SQLException e) {
      log.log(System.Logger.Level.DEBUG, "a broken connection cannot be closed", e);
    }
  }

  byte @Nullable [] one(String condition, String value) throws FsException {
    return ask(
        JOBS + condition + " ORDER BY id DESC LIMIT 1",
        rows -> rows.next() ? description(rows) : null,
        value);
  }

  List<byte[]> all(String condition) throws FsException {
    return ask(JOBS + condition + " ORDER BY id", this::descriptions);
  }

  List<byte[]> below(String directory) throws FsException {
    return ask(
        JOBS + "source > ? AND source < ? ORDER BY id",
        this::descriptions,
        directory + "/",
        directory + AFTER_SLASH);
  }

  private List<byte[]> descriptions(ResultSet rows) throws SQLException {
    List<byte[]> all = new ArrayList<>();
    while (rows.next()) {
      byte[] description = description(rows);
      if (description != null) {
        all.add(description);
      }
    }
    return all;
  }

  /** The description of a job; null if its row is damaged, so that only this job is lost. */
  private byte @Nullable [] description(ResultSet rows) throws SQLException {
    byte[] description = rows.getBytes(1);
    if (Checksum.of(description, 0, description.length) == rows.getLong(2)) {
      return description;
    }
    log.log(System.Logger.Level.ERROR, "the row of a job is damaged and left out");
    return null;
  }

  List<String> ended(String state, String directory) throws FsException {
    String question = "SELECT source FROM gptfs_jobs WHERE ended = 1 AND state = ?";
    return directory.isEmpty()
        ? ask(question + " ORDER BY id", rows -> strings(rows, new ArrayList<>()), state)
        : ask(
            question + " AND source > ? AND source < ? ORDER BY id",
            rows -> strings(rows, new ArrayList<>()),
            state,
            directory + "/",
            directory + AFTER_SLASH);
  }

  @Nullable String baseBelow(String directory, boolean ended, Predicate<String> wanted)
      throws FsException {
    return ask(
        "SELECT id FROM gptfs_jobs WHERE base > ? AND base < ?" + (ended ? " AND ended = 1" : ""),
        rows -> {
          while (rows.next()) {
            String id = rows.getString(1);
            if (wanted.test(id)) {
              return id;
            }
          }
          return null;
        },
        directory + "/",
        directory + AFTER_SLASH);
  }

  Map<String, Long> ended() throws FsException {
    return ask(
        "SELECT state, count(*) FROM gptfs_jobs WHERE ended = 1 GROUP BY state", Rows::counts);
  }

  private static Map<String, Long> counts(ResultSet rows) throws SQLException {
    Map<String, Long> counts = new HashMap<>();
    while (rows.next()) {
      counts.put(rows.getString(1), rows.getLong(2));
    }
    return counts;
  }

  Set<String> unfinished() throws FsException {
    return ask("SELECT path FROM gptfs_unfinished", rows -> strings(rows, new HashSet<>()));
  }

  /** The limits count the newest jobs first; the oldest surplus jobs are returned first. */
  List<String> surplus(Bounds bounds, int most) throws FsException {
    return ask(
        """
        SELECT source FROM (
          SELECT source, finished_at, seen, id, row_number() OVER newest AS n, sum(answer_bytes) OVER newest AS total
          FROM gptfs_jobs WHERE ended = 1 AND base IS NOT NULL
          WINDOW newest AS (ORDER BY finished_at DESC, id DESC ROWS UNBOUNDED PRECEDING)) AS kept
        WHERE finished_at IS NULL OR finished_at < ? OR ((n > ? OR total > ?) AND (seen = 1 OR finished_at < ?))
        ORDER BY finished_at, id LIMIT ?
        """,
        rows -> strings(rows, new ArrayList<>()),
        bounds.oldest().toEpochMilli(),
        bounds.jobs(),
        bounds.bytes(),
        bounds.unread().toEpochMilli(),
        most);
  }

  private static <C extends java.util.Collection<String>> C strings(ResultSet rows, C target)
      throws SQLException {
    while (rows.next()) {
      target.add(rows.getString(1));
    }
    return target;
  }

  List<Integer> parts(String id) throws FsException {
    return ask(
        "SELECT DISTINCT part FROM gptfs_parts WHERE job = ? ORDER BY part",
        rows -> {
          List<Integer> parts = new ArrayList<>();
          while (rows.next()) {
            parts.add(rows.getInt(1));
          }
          return parts;
        },
        id);
  }

  /**
   * Joins pieces. The pieces and the result together use at most twice the pieces' size in memory.
   */
  private static byte[] joined(List<byte[]> pieces) {
    if (pieces.size() == 1) {
      return pieces.getFirst();
    }
    byte[] all = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }

  /** The content of the pieces {@code first} to {@code last} of a part; null if there is none. */
  byte @Nullable [] pieces(String id, int part, int first, int last) throws FsException {
    return ask(
        "SELECT content, checksum FROM gptfs_parts WHERE job = ? AND part = ? AND piece BETWEEN ?"
            + " AND ? ORDER BY piece",
        rows -> {
          List<byte[]> pieces = new ArrayList<>();
          while (rows.next()) {
            byte[] piece = rows.getBytes(1);
            if (Checksum.of(piece, 0, piece.length) != rows.getLong(2)) {
              throw new DamagedPartException(id);
            }
            pieces.add(piece);
          }
          return pieces.isEmpty() ? null : joined(pieces);
        },
        id,
        part,
        first,
        last);
  }

  Map<String, String> settings() throws FsException {
    return ask(
        "SELECT name, value FROM gptfs_settings",
        rows -> {
          Map<String, String> settings = new HashMap<>();
          while (rows.next()) {
            settings.put(rows.getString(1), rows.getString(2));
          }
          return settings;
        });
  }

  List<SharedJobs.GateState> gates(String here) throws FsException {
    return ask(
        """
        SELECT endpoint, greatest(closed_until, coalesce(lease_until, 0)) - %s, held, outages, resumes
        FROM gptfs_gates LEFT JOIN gptfs_hosts ON id = prober AND id <> ?
        """
            .formatted(dialect.now()),
        rows -> {
          List<SharedJobs.GateState> gates = new ArrayList<>();
          while (rows.next()) {
            gates.add(
                new SharedJobs.GateState(
                    rows.getString(1),
                    rows.getLong(2),
                    rows.getString(3),
                    rows.getInt(4),
                    rows.getLong(5)));
          }
          return gates;
        },
        here);
  }

  List<SharedJobs.Host> hosts() throws FsException {
    return ask(
        "SELECT id, name, version, since, seen_at, running FROM gptfs_hosts ORDER BY name, since",
        rows -> {
          List<SharedJobs.Host> hosts = new ArrayList<>();
          while (rows.next()) {
            hosts.add(
                new SharedJobs.Host(
                    rows.getString(1),
                    rows.getString(2),
                    rows.getString(3),
                    rows.getLong(4),
                    rows.getLong(5),
                    rows.getLong(6)));
          }
          return hosts;
        });
  }

  Map<String, Long> counts() throws FsException {
    return ask("SELECT state, count(*) FROM gptfs_jobs GROUP BY state", Rows::counts);
  }

  SharedJobs.Free free(int most) throws FsException {
    return ask(
        """
        SELECT count(*), coalesce(sum(answer_bytes), 0)
        FROM (SELECT answer_bytes FROM gptfs_jobs WHERE %s LIMIT ?) AS waiting
        """
            .formatted(SharedRows.FREE),
        rows -> {
          boolean _ = rows.next();
          return new SharedJobs.Free(rows.getInt(1), rows.getLong(2));
        },
        most);
  }

  List<String> open(String state) throws FsException {
    return ask(
        "SELECT source FROM gptfs_jobs WHERE ended = 0 AND state = ? ORDER BY id",
        rows -> strings(rows, new ArrayList<>()),
        state);
  }

  boolean isWrittenElsewhere(String path, String here) throws FsException {
    return ask(
        "SELECT 1 FROM gptfs_unfinished WHERE (path = ? OR (path > ? AND path < ?)) AND host"
            + " NOT IN (?, '')",
        ResultSet::next,
        path,
        path + "/",
        path + AFTER_SLASH,
        here);
  }

  /** See {@link SharedJobs#newer}. The table is that of {@link Migrations}. */
  @Nullable String newer(Map<String, Integer> known) throws FsException {
    return ask(
        "SELECT part, max(version), max(usable_from) FROM warren_schema GROUP BY part",
        rows -> {
          String newer = null;
          while (rows.next()) {
            Integer version = known.get(rows.getString(1));
            if (version != null && rows.getInt(3) > version) {
              newer =
                  "the database has %s's tables in version %d by now, and this program knows up to %d"
                      .formatted(rows.getString(1), rows.getInt(2), version);
            }
          }
          return newer;
        });
  }

  boolean hasDead(String here, double grace) throws FsException {
    return ask(
        "SELECT 1 FROM gptfs_hosts WHERE id <> ? AND seen_at + (lease_until - seen_at) * ? < "
            + dialect.now(),
        ResultSet::next,
        here,
        grace);
  }

  Set<String> owned(String host) throws FsException {
    return ask(
        "SELECT id FROM gptfs_jobs WHERE lease_owner = ?",
        rows -> strings(rows, new HashSet<>()),
        host);
  }

  Set<Long> claimed(String host) throws FsException {
    return ask(
        "SELECT fence FROM gptfs_lines WHERE lease_owner = ?",
        rows -> {
          Set<Long> fences = new HashSet<>();
          while (rows.next()) {
            fences.add(rows.getLong(1));
          }
          return fences;
        },
        host);
  }

  boolean isFree() throws FsException {
    return ask(
        """
        SELECT 1 WHERE EXISTS (SELECT 1 FROM gptfs_jobs WHERE %s)
          OR EXISTS (SELECT 1 FROM gptfs_lines WHERE lease_owner IS NULL AND result IS NULL)
        """
            .formatted(SharedRows.FREE),
        ResultSet::next);
  }

  boolean isOwner(String id, String host, long fence) throws FsException {
    return ask(
        "SELECT 1 FROM gptfs_jobs WHERE id = ? AND lease_owner = ? AND fence = ?",
        ResultSet::next,
        id,
        host,
        fence);
  }

  SharedLines.Progress progress(String job) throws FsException {
    return ask(
        """
        SELECT count(*), count(*) FILTER (WHERE result = 1), count(*) FILTER (WHERE result = 0), count(*) FILTER (WHERE lost = 1),
          coalesce(max(unclear), 0), coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0),
          coalesce(sum(total_tokens), 0), coalesce(sum(cached_tokens), 0), coalesce(sum(reasoning_tokens), 0)
        FROM gptfs_lines WHERE job = ?
        """,
        rows -> {
          boolean _ = rows.next();
          return new SharedLines.Progress(
              rows.getInt(1),
              rows.getInt(2),
              rows.getInt(3),
              rows.getInt(4),
              rows.getInt(5) > 0,
              new SharedLines.Tokens(
                  rows.getLong(6),
                  rows.getLong(7),
                  rows.getLong(8),
                  rows.getLong(9),
                  rows.getLong(10)));
        },
        job);
  }

  @Nullable Integer linesRevision(String job) throws FsException {
    return ask(
        "SELECT revision FROM gptfs_lines WHERE job = ? LIMIT 1",
        rows -> rows.next() ? rows.getInt(1) : null,
        job);
  }

  @Override
  public synchronized void close() throws SQLException {
    closed = true;
    if (connection != null) {
      connection.close();
    }
  }
}
