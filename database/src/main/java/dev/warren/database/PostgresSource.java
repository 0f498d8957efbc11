package dev.warren.database;

import java.sql.Connection;
import java.sql.SQLException;

/** New connections for a pool. */
final class PostgresSource extends Source {
  private final PostgresWatch.Connecting connecting;

  PostgresSource(PostgresWatch.Connecting connecting) {
    this.connecting = connecting;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return connecting.connect();
  }

  /** How long the pool's end waits for one that is being made. */
  @Override
  public int getLoginTimeout() {
    return 1;
  }
}
