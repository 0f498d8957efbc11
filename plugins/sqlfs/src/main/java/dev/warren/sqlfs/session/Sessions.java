package dev.warren.sqlfs.session;

import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.content.Loose;
import dev.warren.sqlfs.store.SessionGuard;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Step;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This host's session: a row with a time until which others believe that the host is there, by the
 * database's clock. Who is believed dead has lost what it held, and hears so at its next change.
 * Used by the writer's thread alone, but for {@link #clock}.
 */
public final class Sessions implements SessionGuard {
  private static final int BEATS_A_LEASE = 3;
  private static final long NANOS_A_MILLI = 1_000_000;

  private final Dialect dialect;
  private final String host;
  private final Duration lease;
  private final InstantSource clock;
  private final Reaper reaper;
  private final System.Logger log;
  private volatile long offsetMillis;
  private long id;
  private long nextBeat = System.nanoTime();

  /**
   * @param host for people
   * @param lease how long others believe that this host is there without hearing from it
   * @param clock this host's; what differs from the database's is corrected
   */
  public Sessions(
      Dialect dialect,
      String host,
      Duration lease,
      InstantSource clock,
      Reaper reaper,
      System.Logger log) {
    this.dialect = dialect;
    this.host = host;
    this.lease = lease;
    this.clock = clock;
    this.reaper = reaper;
    this.log = log;
  }

  @Override
  public long clock() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano() + offsetMillis * NANOS_A_MILLI;
  }

  @Override
  public long require(Statements sql, IdSource ids) throws SQLException {
    if (id != 0) {
      Boolean alive =
          sql.first(
              "SELECT expires > " + dialect.now() + " FROM sqlfs_session WHERE id = ?",
              row -> row.getBoolean(1),
              id);
      if (alive != null && (alive || !othersAreThere(sql))) {
        return id;
      }
      log.log(
          System.Logger.Level.WARNING,
          "this host was not heard of for longer than its lease of {0}: what it had not written is"
              + " lost",
          lease);
      end(sql, id);
    }
    id = ids.next();
    sql.update(
        "INSERT INTO sqlfs_session (id, host, expires, seen) VALUES (?, ?, "
            + dialect.now()
            + " + ?, 0)",
        id,
        host,
        lease.toMillis());
    return id;
  }

  private boolean othersAreThere(Statements sql) throws SQLException {
    return sql.exists(
        "SELECT 1 FROM sqlfs_session WHERE id <> ? AND expires > " + dialect.now(), id);
  }

  @Override
  public long untilBeat() {
    return Math.max(0, (nextBeat - System.nanoTime() + NANOS_A_MILLI - 1) / NANOS_A_MILLI);
  }

  @Override
  public Step<@Nullable Void> beat() {
    nextBeat = System.nanoTime() + lease.toNanos() / BEATS_A_LEASE;
    return this::beat;
  }

  private @Nullable Void beat(Transaction transaction) throws SQLException, FsException {
    Statements sql = transaction.sql();
    sql.update(
        "UPDATE sqlfs_session SET expires = " + dialect.now() + " + ? WHERE id = ?",
        lease.toMillis(),
        transaction.session());
    List<Long> dead =
        sql.all(
            "SELECT id FROM sqlfs_session WHERE expires <= " + dialect.now() + " AND id <> ?",
            row -> row.getLong(1),
            transaction.session());
    for (long one : dead) {
      end(sql, one);
    }
    if (dialect != Dialect.SQLITE) {
      offsetMillis = sql.number("SELECT " + dialect.now()) - clock.millis();
    }
    reaper.look(transaction);
    return null;
  }

  /** What a host held that has ended, or is believed to have. */
  private static void end(Statements sql, long session) throws SQLException {
    sql.update("DELETE FROM sqlfs_hold WHERE session = ?", session);
    Loose.abandon(sql, session);
    sql.update("DELETE FROM sqlfs_session WHERE id = ?", session);
  }

  /** Ends the session: the host leaves. */
  public @Nullable Void leave(Transaction transaction) throws SQLException {
    end(transaction.sql(), transaction.session());
    id = 0;
    return null;
  }
}
