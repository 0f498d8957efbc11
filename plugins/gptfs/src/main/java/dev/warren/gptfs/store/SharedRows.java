package dev.warren.gptfs.store;

import dev.warren.api.database.Dialect;
import dev.warren.gptfs.store.JobStore.Row;
import dev.warren.gptfs.store.SharedJobs.Taken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The statements on jobs that hosts share, on one connection. Each row has at most one owner, and
 * only the owner writes it. Used by one thread.
 *
 * <p>A transaction whose commit is in doubt is executed again, so a write may find that it was
 * committed already.
 */
final class SharedRows implements AutoCloseable {
  /** After how many leases without renewal the jobs of a host are freed. */
  static final double GRACE = 4.0 / 3;

  private static final String UNIQUE_VIOLATION = "23505";

  /** The condition for jobs that any host may claim; that of the index gptfs_jobs_free. */
  static final String FREE = "lease_owner IS NULL AND state <> 'HELD' AND (ended = 0 OR told = 0)";

  private final Connection connection;
  private final String now;
  private final Member member;
  private final System.Logger log;
  private final LineRows lines;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  SharedRows(Connection connection, Dialect dialect, Member member, System.Logger log) {
    this.log = log;
    this.connection = connection;
    this.now = dialect.now();
    this.member = member;
    this.lines = new LineRows(this, member.id());
  }

  /** The lines of batches. */
  LineRows lines() {
    return lines;
  }

  Array array(String type, Integer[] values) throws SQLException {
    return connection.createArrayOf(type, values);
  }

  PreparedStatement bind(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        statement.setNull(i + 1, Types.VARCHAR);
      } else {
        statement.setObject(i + 1, values[i]);
      }
    }
    return statement;
  }

  int update(String sql, @Nullable Object... values) throws SQLException {
    return bind(sql, values).executeUpdate();
  }

  void publish(String message) throws SQLException {
    member.database().publish(connection, Member.CHANNEL, message);
  }

  /** The lane of a file: a hash of its directory. Lanes take turns. */
  static String lane(String source) {
    try {
      String directory = source.substring(0, source.lastIndexOf('/') + 1);
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(directory.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }

  /**
   * Writes a row that this host owns, or inserts it.
   *
   * @return whether it was inserted now: the job has no parts or lines yet
   */
  boolean save(Row row, Fence fence) throws SQLException {
    boolean frees = frees(row);
    boolean isInserted = fence.isNew() && insert(row, frees);
    if (!isInserted && !update(row, fence, frees)) {
      requireWritten(row, fence);
    }
    if (frees && !row.ended()) {
      publish(SharedJobs.WORK);
    }
    if (row.ended()) {
      publish(SharedJobs.JOB + row.id());
    }
    return isInserted;
  }

  /** Whether writing a row removes the owner of its job. */
  static boolean frees(Row row) {
    return row.free() || (row.ended() && row.told());
  }

  private boolean insert(Row row, boolean frees) throws SQLException {
    try {
      return update(
              """
              INSERT INTO gptfs_jobs (source, base, state, ended, told, finished_at, seen, answer_bytes, attempt, description,
                checksum, lane, lease_owner, changed_at, id, fence)
              VALUES (?, ?, ?, ?, ?, CAST(? AS BIGINT), ?, ?, ?, ?, ?, ?, ?, %s, ?, 1) ON CONFLICT (id) DO NOTHING
              """
                  .formatted(now),
              values(row, frees, row.id()))
          == 1;
    } catch (SQLException e) {
      throw UNIQUE_VIOLATION.equals(e.getSQLState())
          ? new LostRowException("another host has a job for " + row.source())
          : e;
    }
  }

  private boolean update(Row row, Fence fence, boolean frees) throws SQLException {
    return update(
            """
            UPDATE gptfs_jobs SET source = ?, base = ?, state = ?, ended = ?, told = ?, finished_at = CAST(? AS BIGINT),
              seen = ?, answer_bytes = ?, attempt = ?, description = ?, checksum = ?, lane = ?, lease_owner = ?, changed_at = %s
            WHERE id = ? AND lease_owner = ? AND fence = ?
            """
                .formatted(now),
            values(row, frees, row.id(), member.id(), fence.number()))
        == 1;
  }

  private @Nullable Object[] values(Row row, boolean frees, Object... more) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(row.source());
    values.add(row.base());
    values.add(row.state());
    values.add(row.ended() ? 1 : 0);
    values.add(row.told() ? 1 : 0);
    values.add(row.finishedAt() == null ? null : row.finishedAt().toEpochMilli());
    values.add(row.seen() ? 1 : 0);
    values.add(row.bytes());
    values.add(row.attempts());
    values.add(row.description());
    values.add(Checksum.of(row.description(), 0, row.description().length));
    values.add(lane(row.source()));
    values.add(frees ? null : member.id());
    values.addAll(List.of(more));
    return values.toArray();
  }

  /** Accepts a row that an earlier attempt has written and freed: its commit was in doubt. */
  private void requireWritten(Row row, Fence fence) throws SQLException {
    try (ResultSet rows =
        bind(
                "SELECT 1 FROM gptfs_jobs WHERE id = ? AND fence = ? AND lease_owner IS NULL AND"
                    + " checksum = ?",
                row.id(),
                fence.number(),
                Checksum.of(row.description(), 0, row.description().length))
            .executeQuery()) {
      if (!rows.next()) {
        throw lost(row.id());
      }
    }
  }

  private static LostRowException lost(String id) {
    return new LostRowException("another host owns the job " + id + " by now");
  }

  /** Checks that this host owns a job, and locks the row until the transaction ends. */
  void requireOwned(String id, Fence fence) throws SQLException {
    try (ResultSet rows =
        bind(
                "SELECT 1 FROM gptfs_jobs WHERE id = ? AND lease_owner = ? AND fence = ? FOR NO KEY"
                    + " UPDATE", // so that other hosts can still store results of the batch's lines
                id,
                member.id(),
                fence.number())
            .executeQuery()) {
      if (!rows.next()) {
        throw lost(id);
      }
    }
  }

  /** Makes this host a job's owner, even if another host is; null if it is deleted or damaged. */
  @Nullable Taken take(String id) throws SQLException {
    List<Taken> taken =
        taken(
            """
            UPDATE gptfs_jobs SET lease_owner = ?, fence = fence + 1, changed_at = %s WHERE id = ?
            RETURNING description, checksum, fence, lane, id, told
            """
                .formatted(now),
            member.id(),
            id);
    if (taken.isEmpty()) {
      return null;
    }
    publish(SharedJobs.JOB + id);
    return taken.getFirst();
  }

  /**
   * Makes this host the owner of free jobs, one of each lane in turn.
   *
   * @param most the maximum number of jobs
   * @param after the lane that had the last turn; empty if there is none
   */
  List<Taken> claim(int most, String after) throws SQLException {
    List<Taken> all = new ArrayList<>();
    String lane = after;
    boolean wrapped = false;
    while (all.size() < most) {
      List<Taken> one =
          taken(
              """
              UPDATE gptfs_jobs SET lease_owner = ?, fence = fence + 1, changed_at = %s WHERE id =
                (SELECT id FROM gptfs_jobs WHERE %s AND lane > ? ORDER BY lane, id LIMIT 1 FOR UPDATE SKIP LOCKED)
              RETURNING description, checksum, fence, lane, id, told
              """
                  .formatted(now, FREE),
              member.id(),
              lane);
      if (!one.isEmpty()) {
        all.addAll(one);
        lane = one.getFirst().lane();
        wrapped = false;
      } else if (wrapped || lane.isEmpty()) {
        break;
      } else {
        lane = ""; // starts again from the first lane
        wrapped = true;
      }
    }
    return all;
  }

  private List<Taken> taken(String sql, Object... values) throws SQLException {
    try (ResultSet rows = bind(sql, values).executeQuery()) {
      List<Taken> all = new ArrayList<>();
      while (rows.next()) {
        byte[] description = rows.getBytes(1);
        if (Checksum.of(description, 0, description.length) != rows.getLong(2)) {
          leaveOut(rows.getString(5));
          continue;
        }
        all.add(new Taken(description, rows.getLong(3), rows.getString(4), rows.getInt(6) != 0));
      }
      return all;
    }
  }

  /** Ends a job whose row is damaged, so that it is not claimed again and again. */
  private void leaveOut(String id) throws SQLException {
    log.log(System.Logger.Level.ERROR, "the row of the job {0} is damaged and left out", id);
    update("UPDATE gptfs_jobs SET ended = 1, told = 1, lease_owner = NULL WHERE id = ?", id);
  }

  /**
   * Checks at the start of a transaction that this host's row still exists, and locks it: a host
   * that frees this host's jobs deletes the row first. The same statement sets how durable the
   * transaction is, since each reply of a database server takes time; this ends with it.
   *
   * @param durable whether the transaction survives a failure of the server
   * @return false if it was deleted: the row is inserted again, but this host has lost its jobs
   */
  boolean join(boolean durable) throws SQLException {
    try (ResultSet rows =
        bind(
                "SELECT %s FROM gptfs_hosts WHERE id = ? FOR KEY SHARE"
                    .formatted(durable ? "1" : "set_config('synchronous_commit', 'off', true)"),
                member.id())
            .executeQuery()) {
      if (rows.next()) {
        return true;
      }
    }
    long _ = beat(0);
    return false;
  }

  /** Renews this host's lease; returns the database's time in milliseconds since 1970. */
  long beat(int running) throws SQLException {
    String sql =
        """
        INSERT INTO gptfs_hosts (id, name, version, since, seen_at, lease_until, running)
        VALUES (?, ?, ?, %1$s, %1$s, %1$s + ?, ?)
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, lease_until = excluded.lease_until, running = excluded.running
        RETURNING seen_at
        """
            .formatted(now);
    try (ResultSet rows =
        bind(sql, member.id(), member.name(), member.version(), member.lease().toMillis(), running)
            .executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /**
   * Frees the jobs of hosts that have not renewed their lease for {@link #GRACE} leases.
   *
   * @return the ids of these hosts
   */
  List<String> reap() throws SQLException {
    List<String> dead = new ArrayList<>();
    try (ResultSet rows =
        bind(
                "DELETE FROM gptfs_hosts WHERE id <> ? AND seen_at + (lease_until - seen_at) * %s < %s RETURNING id"
                    .formatted(GRACE, now),
                member.id())
            .executeQuery()) {
      while (rows.next()) {
        dead.add(rows.getString(1));
      }
    }
    for (String host : dead) {
      free(host);
    }
    if (!dead.isEmpty()) {
      publish(SharedJobs.WORK);
    }
    return dead;
  }

  private void free(String host) throws SQLException {
    update(
        "UPDATE gptfs_jobs SET lease_owner = NULL, fence = fence + 1 WHERE lease_owner = ?", host);
    leaveMarks("host = ?", host);
    if (update("UPDATE gptfs_gates SET prober = NULL WHERE prober = ?", host) > 0) {
      publish(SharedJobs.SETTINGS);
    }
    lines.free(host);
    publish(SharedJobs.CALLS); // its calls were deleted with its row
  }

  /** Removes this host, which is shutting down, and frees its jobs. */
  void leave() throws SQLException {
    update("DELETE FROM gptfs_hosts WHERE id = ?", member.id());
    free(member.id());
    publish(SharedJobs.WORK);
  }

  /** Frees the jobs that this host owns according to the database, but does not know. */
  void disown(Set<String> known) throws SQLException {
    List<String> unknown = new ArrayList<>();
    try (ResultSet rows =
        bind("SELECT id FROM gptfs_jobs WHERE lease_owner = ?", member.id()).executeQuery()) {
      while (rows.next()) {
        if (!known.contains(rows.getString(1))) {
          unknown.add(rows.getString(1));
        }
      }
    }
    for (String id : unknown) {
      update(
          "UPDATE gptfs_jobs SET lease_owner = NULL, fence = fence + 1 WHERE id = ? AND lease_owner"
              + " = ?",
          id,
          member.id());
    }
    if (!unknown.isEmpty()) {
      publish(SharedJobs.WORK);
    }
  }

  /**
   * Sets this host's mark, or removes it and that of a dead host; see {@link
   * JobStore#unfinished(String, boolean)}.
   */
  void unfinished(String path, boolean is) throws SQLException {
    if (is) {
      update(
          "INSERT INTO gptfs_unfinished (path, host) VALUES (?, ?) ON CONFLICT (path, host) DO"
              + " NOTHING",
          path,
          member.id());
    } else {
      update("DELETE FROM gptfs_unfinished WHERE path = ? AND host IN (?, '')", path, member.id());
    }
  }

  /** Replaces this host's mark, if there is one, by one like that of a dead host. */
  void interrupted(String path) throws SQLException {
    leaveMarks("host = ? AND path = ?", member.id(), path);
  }

  private void leaveMarks(String which, Object... values) throws SQLException {
    update(
        "INSERT INTO gptfs_unfinished (path, host) SELECT path, '' FROM gptfs_unfinished WHERE "
            + which
            + " ON CONFLICT (path, host) DO NOTHING",
        values);
    update("DELETE FROM gptfs_unfinished WHERE " + which, values);
  }

  /** Changes a setting of all hosts. */
  void set(String name, String value) throws SQLException {
    update(
        "INSERT INTO gptfs_settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET"
            + " value = excluded.value",
        name,
        value);
    publish(SharedJobs.SETTINGS);
  }

  /** Creates the rows of the gates that have none. A resume applies only to gates with a row. */
  void createGates(Collection<String> endpoints) throws SQLException {
    for (String endpoint : endpoints) {
      update(
          "INSERT INTO gptfs_gates (endpoint, closed_until, outages) VALUES (?, 0, 0) ON CONFLICT"
              + " (endpoint) DO NOTHING",
          endpoint);
    }
  }

  /**
   * Publishes for how long no host calls an endpoint, or that its gate is open. Ends a probe by
   * this host; one by another host continues as long as the endpoint is held.
   *
   * @return false if the gate was resumed since this host has read its row; nothing is changed then
   */
  boolean closeGate(SharedJobs.GateState gate) throws SQLException {
    boolean isCurrent =
        update(
                """
                INSERT INTO gptfs_gates AS gate (endpoint, closed_until, held, outages, resumes) VALUES (?, %s + ?, ?, ?, ?)
                ON CONFLICT (endpoint) DO UPDATE SET closed_until = excluded.closed_until, held = excluded.held,
                  outages = excluded.outages,
                  prober = CASE WHEN excluded.held IS NULL THEN NULL ELSE nullif(gate.prober, ?) END
                WHERE gate.resumes = excluded.resumes
                """
                    .formatted(now),
                gate.endpoint(),
                gate.millis(),
                gate.held(),
                gate.outages(),
                gate.resumes(),
                member.id())
            == 1;
    if (isCurrent) {
      publish(SharedJobs.SETTINGS);
    }
    return isCurrent;
  }

  /** Opens all gates, and ends all probes. Locks the rows in order, as two hosts may resume. */
  void openGates() throws SQLException {
    update(
        """
        WITH ordered AS (SELECT endpoint FROM gptfs_gates ORDER BY endpoint FOR UPDATE)
        UPDATE gptfs_gates SET resumes = resumes + 1, closed_until = 0, held = NULL, outages = 0, prober = NULL
        WHERE endpoint IN (SELECT endpoint FROM ordered)
        """);
    publish(SharedJobs.SETTINGS);
  }

  /** Begins a probe of a held endpoint by this host; see {@link SharedJobs#probe}. */
  boolean probe(String endpoint) throws SQLException {
    return update(
            """
            UPDATE gptfs_gates SET prober = ? WHERE endpoint = ? AND held IS NOT NULL AND closed_until <= %1$s
              AND (prober IS NULL OR prober = ? OR NOT EXISTS (SELECT 1 FROM gptfs_hosts WHERE id = prober AND lease_until > %1$s))
            """
                .formatted(now),
            member.id(),
            endpoint,
            member.id())
        == 1;
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
  }
}
