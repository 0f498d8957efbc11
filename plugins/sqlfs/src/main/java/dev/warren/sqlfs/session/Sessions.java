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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This host's session: a row with a time until which others believe that the host is there, by the
 * database's clock. Who is believed dead has lost what it held, and hears so at its next change.
 *
 * <p>A lease runs out also if nobody can reach the database. So only those may believe others dead
 * whose own lease has not run out for as long as a lease lasts: after an outage all hosts have that
 * time to come back.
 *
 * <p>Used by the writer's thread alone, but for {@link #clock}.
 */
public final class Sessions implements SessionGuard {
  private static final int BEATS_A_LEASE = 3;
  private static final long NANOS_A_MILLI = 1_000_000;

  private final Dialect dialect;
  private final String host;
  private final Duration lease;
  private final InstantSource clock;
  private final LongSupplier ticks;
  private final Duty duty;
  private final System.Logger log;
  private volatile long offsetMillis;
  private long id;
  private long nextBeat;

  /** What else a host does each time that it renews its lease. */
  @FunctionalInterface
  public interface Duty {
    /** Does it. */
    void run(Transaction transaction) throws SQLException, FsException;
  }

  /**
   * @param host for people
   * @param lease how long others believe that this host is there without hearing from it
   * @param clock this host's; what differs from the database's is corrected
   * @param ticks nanoseconds, from anywhere
   */
  public Sessions(
      Dialect dialect,
      String host,
      Duration lease,
      InstantSource clock,
      LongSupplier ticks,
      Duty duty,
      System.Logger log) {
    this.dialect = dialect;
    this.host = host;
    this.lease = lease;
    this.clock = clock;
    this.ticks = ticks;
    this.nextBeat = ticks.getAsLong();
    this.duty = duty;
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
      if (alive != null && (alive || !othersWentOn(sql))) {
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
        "INSERT INTO sqlfs_session (id, host, expires, seen, since) VALUES (?, ?, %1$s + ?, 0, %1$s)"
            .formatted(dialect.now()),
        id,
        host,
        lease.toMillis());
    return id;
  }

  /** Whether another host may have removed what this one held, since its lease has run out. */
  private boolean othersWentOn(Statements sql) throws SQLException {
    return sql.exists(
        "SELECT 1 FROM sqlfs_session WHERE id <> ? AND expires > %1$s AND since + ? <= %1$s"
            .formatted(dialect.now()),
        id,
        lease.toMillis());
  }

  @Override
  public long untilBeat() {
    return Math.max(0, (nextBeat - ticks.getAsLong() + NANOS_A_MILLI - 1) / NANOS_A_MILLI);
  }

  @Override
  public Step<@Nullable Void> beat() {
    nextBeat = ticks.getAsLong() + lease.toNanos() / BEATS_A_LEASE;
    return this::beat;
  }

  private @Nullable Void beat(Transaction transaction) throws SQLException, FsException {
    Statements sql = transaction.sql();
    long own = transaction.session();
    sql.update(
        """
        UPDATE sqlfs_session SET expires = %1$s + ?,
          since = CASE WHEN expires > %1$s THEN since ELSE %1$s END
        WHERE id = ?
        """
            .formatted(dialect.now()),
        lease.toMillis(),
        own);
    List<Long> dead =
        sql.all(
            """
            SELECT other.id FROM sqlfs_session other JOIN sqlfs_session own ON own.id = ?
            WHERE other.id <> own.id AND other.expires <= %1$s AND own.since + ? <= %1$s
            """
                .formatted(dialect.now()),
            row -> row.getLong(1),
            own,
            lease.toMillis());
    for (long one : dead) {
      end(sql, one);
    }
    if (dialect != Dialect.SQLITE) {
      offsetMillis = sql.number("SELECT " + dialect.now()) - clock.millis();
    }
    duty.run(transaction);
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
