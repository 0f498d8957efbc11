package dev.warren.database;

import java.io.Closeable;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One user's part of a database, which gives connections until it is closed. Thread-safe. */
public final class OpenDatabase implements DataSource, Closeable {
  private final Pool pool;
  private final AtomicBoolean closed = new AtomicBoolean();

  OpenDatabase(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (closed.get()) {
      throw new SQLException("the database was closed with its instance");
    }
    return pool.connection();
  }

  /** Who logs in is the configuration's matter. */
  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the configuration says who logs in");
  }

  /** Lets the last user's connections go; those that are in use end then. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      pool.leave();
    }
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    throw new SQLFeatureNotSupportedException("the host logs");
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("the pool waits as long as it is told to");
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("the host logs");
  }

  /** The pool is the host's. */
  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("it wraps nothing that is to be seen");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
