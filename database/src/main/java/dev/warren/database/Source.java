package dev.warren.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source whose users cannot configure it. */
abstract class Source implements DataSource {
  /** Not supported: the configuration names the user. */
  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the configuration names the user");
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
    throw new SQLFeatureNotSupportedException("the host sets the timeout");
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("the host logs");
  }

  /** Refused: the wrapped objects belong to the host. */
  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("unwrapping is not supported");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
