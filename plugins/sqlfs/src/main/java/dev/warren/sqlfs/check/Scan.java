package dev.warren.sqlfs.check;

import dev.warren.api.database.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Finds the cases of a rule. They are fetched in batches, so memory does not grow with their
 * number. Hosts that use the file system are not blocked.
 */
record Scan(Connection connection, Dialect dialect) {
  private static final int AT_ONCE = 500;

  /** Receives the cases. */
  interface Sink<T> {
    /** One case. */
    void found(T one) throws InterruptedException;
  }

  <T> void run(Rule<T> rule, Sink<T> sink) throws SQLException, InterruptedException {
    boolean server = dialect != Dialect.SQLITE;
    if (server) { // its driver fetches in batches only in a transaction, which may take long
      connection.setAutoCommit(false);
      connection.setNetworkTimeout(Runnable::run, 0);
    }
    try (Statement statement = connection.createStatement()) {
      if (server) {
        boolean _ = statement.execute("SET LOCAL statement_timeout = 0");
      }
      statement.setFetchSize(AT_ONCE);
      try (ResultSet rows = statement.executeQuery(rule.sql())) {
        while (rows.next()) {
          sink.found(rule.row().of(rows));
        }
      }
    } finally {
      if (server) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }
}
