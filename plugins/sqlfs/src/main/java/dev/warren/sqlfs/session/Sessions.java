package dev.warren.sqlfs.session;

import dev.warren.api.FsException;
import dev.warren.api.config.Quantity;
import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.content.UnattachedContents;
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
 * This host's session: a row with the time until which other hosts consider this host alive, by the
 * database's clock. A host that was considered dead has lost what it held and what it had not
 * written, and gets a new session at its next change.
 *
 * <p>A lease also runs out while no host can reach the database. So a host considers others dead
 * only if its own lease has been unbroken for the length of a lease: after an outage all hosts have
 * that time to renew theirs.
 *
 * <p>Used only by the writer's thread, except {@link #clock}.
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

  /** Further work that a host does each time it renews its lease. */
  @FunctionalInterface
  public interface Duty {
    /** Runs in the transaction that renews the lease. */
    void run(Transaction transaction) throws SQLException, FsException;
  }

  /**
   * @param host the name of this host, for messages
   * @param lease how long other hosts consider this host alive after a renewal
   * @param clock of this host; its offset from a database server's clock is corrected
   * @param ticks a monotonic clock in nanoseconds, with any origin
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
  public String isAlive() {
    return "EXISTS (SELECT 1 FROM sqlfs_session WHERE id = ? AND expires > %s)"
        .formatted(dialect.now());
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
          Quantity.duration(lease.toMillis()));
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

  /** Whether another host may have considered this one dead since this one's lease ran out. */
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
    long now =
        sql.number(
            """
            UPDATE sqlfs_session SET expires = %1$s + ?,
              since = CASE WHEN expires > %1$s THEN since ELSE %1$s END
            WHERE id = ? RETURNING %1$s
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
      offsetMillis = now - clock.millis();
    }
    duty.run(transaction);
    return null;
  }

  /** Removes the session of a host that has ended or is considered dead, and what it held. */
  private static void end(Statements sql, long session) throws SQLException {
    sql.update("DELETE FROM sqlfs_hold WHERE session = ?", session);
    UnattachedContents.abandon(sql, session);
    sql.update("DELETE FROM sqlfs_session WHERE id = ?", session);
  }

  /** Ends this host's session. */
  public @Nullable Void leave(Transaction transaction) throws SQLException {
    end(transaction.sql(), transaction.session());
    id = 0;
    return null;
  }
}
