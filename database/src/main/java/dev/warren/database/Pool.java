package dev.warren.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.warren.api.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one database, for all who use it: there are some from the first user to the
 * last. Thread-safe; who waits at its lock wants this very database.
 */
final class Pool {
  /** One of them writes, the others read beside it. */
  private static final int MOST_CONNECTIONS = 8;

  /** How long somebody waits for a connection when all are taken. */
  private static final int PATIENCE_MILLIS = 10_000;

  private final Path file;
  private final Consumer<Pool> ending;
  private volatile @Nullable HikariDataSource connections;
  private int users;
  private boolean ended;

  /**
   * @param ending is called once, when the last user has gone or the first could not enter; the
   *     next user needs a new pool
   */
  Pool(Path file, Consumer<Pool> ending) {
    this.file = file;
    this.ending = ending;
  }

  /**
   * One user more.
   *
   * @param replaceable what becomes of a damaged file that nobody uses yet
   * @return false if the pool has ended
   */
  synchronized boolean enter(boolean replaceable) throws IOException {
    if (ended) {
      return false;
    }
    if (users == 0) {
      try {
        Sqlite.require(file, replaceable);
        connections = connect();
      } finally {
        if (connections == null) {
          end();
        }
      }
    }
    users++;
    return true;
  }

  private void end() {
    ended = true;
    ending.accept(this);
  }

  private HikariDataSource connect() throws IOException {
    HikariConfig config = new HikariConfig();
    config.setPoolName(file.toString());
    config.setDataSource(Sqlite.of(file));
    config.setMaximumPoolSize(MOST_CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(PATIENCE_MILLIS);
    config.setMaxLifetime(0); // nothing between here and a file closes one that is idle,
    config.setKeepaliveTime(0); // and none needs to be kept awake
    config.setThreadFactory(this::thread);
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "the database %s cannot be opened: %s".formatted(file, Reason.of(cause)), e);
    }
  }

  /** It would have the class loader of the plugin whose call makes it, and keep that. */
  private Thread thread(Runnable work) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .inheritInheritableThreadLocals(false)
            .name("database " + file)
            .unstarted(work);
    thread.setContextClassLoader(Pool.class.getClassLoader());
    return thread;
  }

  Connection connection() throws SQLException {
    HikariDataSource now = connections;
    if (now == null) {
      throw new SQLException("the database is closed");
    }
    return now.getConnection();
  }

  /** One user less; the last one's connections are closed. */
  synchronized void leave() {
    users--;
    HikariDataSource now = connections;
    if (users == 0 && now != null) {
      connections = null;
      now.close();
      end();
    }
  }
}
