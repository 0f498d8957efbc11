package dev.warren.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.pool.HikariPool;
import dev.warren.api.Reason;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one database, shared by all its users: opened by the first and closed with the
 * last. Thread-safe: one lock guards it, which delays only users of this database.
 */
final class Pool {
  /** How long after the start of an outage callers wait for the database. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The settings of a pool, from which its backend is created. */
  interface Kind {
    Backend make() throws IOException;

    /** Whether another user's settings may share a pool with these. */
    boolean isSame(Kind other);
  }

  private final Consumer<Pool> ending;
  private @Nullable Kind kind;
  private volatile @Nullable Backend backend;
  private volatile @Nullable HikariDataSource connections;
  private int users;
  private boolean ended;

  /**
   * @param ending called once, when the last user has left or the first failed to enter; the next
   *     user needs a new pool
   */
  Pool(Consumer<Pool> ending) {
    this.ending = ending;
  }

  /**
   * Adds a user, and opens the pool for the first; opens it again if the database is damaged and
   * may be replaced.
   *
   * @return false if the pool has ended
   * @throws IOException if it cannot be opened, or is in use with another password
   */
  synchronized boolean enter(Kind wanted) throws IOException {
    if (ended) {
      return false;
    }
    if (users == 0) {
      begin(wanted);
    } else if (kind != null && !kind.isSame(wanted)) {
      throw new IOException(
          "%s is used with another password already; write the same one"
              .formatted(backend().name()));
    } else if (backend().isToBeReplaced()) {
      replace();
    }
    users++;
    return true;
  }

  private void begin(Kind wanted) throws IOException {
    try {
      Backend made = wanted.make();
      try {
        connections = connect(made);
        backend = made;
        kind = wanted;
      } finally {
        if (connections == null) {
          made.close();
        }
      }
    } finally {
      if (connections == null) {
        end();
      }
    }
  }

  /**
   * Opens the database again, for all users, because a user that found damage has entered again.
   */
  private void replace() throws IOException {
    HikariDataSource damaged = connections;
    if (damaged != null) {
      damaged.close();
    }
    connections = connect(backend());
  }

  private void end() {
    ended = true;
    ending.accept(this);
  }

  private static HikariDataSource connect(Backend backend) throws IOException {
    HikariConfig config = new HikariConfig();
    config.setPoolName(backend.name());
    config.setMinimumIdle(1);
    config.setThreadFactory(work -> HostThreads.of("database " + backend.name(), work));
    backend.begin(config);
    try {
      HikariDataSource made = new HikariDataSource(config);
      // A restart of the server breaks its connections, and Hikari does not test recently used
      // ones.
      Runnable _ = backend.health().watch(_ -> evictIfDown(backend.health(), made));
      return made;
    } catch (HikariPool.PoolInitializationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "%s cannot be opened: %s".formatted(backend.name(), Reason.of(cause)), e);
    }
  }

  private static void evictIfDown(Health health, HikariDataSource connections) {
    HikariPoolMXBean pool = connections.getHikariPoolMXBean();
    if (health.isDown() && pool != null) {
      pool.softEvictConnections();
    }
  }

  Connection connection() throws SQLException {
    HikariDataSource now = connections;
    if (now == null) {
      throw new SQLException("the database is closed");
    }
    Backend behind = backend();
    try {
      behind.health().awaitUp(PATIENCE);
      return now.getConnection();
    } catch (SQLTransientConnectionException e) {
      throw new SQLTransientConnectionException(
          "%s: %s".formatted(behind.name(), why(behind, now, e)), e.getSQLState(), e);
    }
  }

  private static String why(
      Backend behind, HikariDataSource pool, SQLTransientConnectionException e) {
    String trouble = behind.health().trouble();
    if (trouble != null) {
      return trouble;
    }
    return e.getCause() instanceof SQLException refused
        ? behind.words(refused)
        : "all %d connections have been in use for %d s"
            .formatted(pool.getMaximumPoolSize(), pool.getConnectionTimeout() / 1000);
  }

  /** The database behind the pool; fails if the pool has no users. */
  Backend backend() {
    Backend now = backend;
    if (now == null) {
      throw new IllegalStateException("nobody uses the database");
    }
    return now;
  }

  /** Removes a user; the last one closes the connections. */
  synchronized void leave() {
    users--;
    HikariDataSource now = connections;
    if (users == 0 && now != null) {
      backend().close();
      connections = null;
      now.close();
      end();
    }
  }
}
