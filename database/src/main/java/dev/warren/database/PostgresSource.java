package dev.warren.database;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens new connections for a pool. */
final class PostgresSource extends Source {
  private final PostgresWatch.Connecting connecting;

  PostgresSource(PostgresWatch.Connecting connecting) {
    this.connecting = connecting;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return connecting.connect();
  }

  /** How long, in seconds, closing the pool waits for a connection that is being opened. */
  @Override
  public int getLoginTimeout() {
    return 1;
  }
}
