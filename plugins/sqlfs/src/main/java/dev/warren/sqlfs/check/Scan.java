package dev.warren.sqlfs.check;

import dev.warren.api.database.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Finds the cases of a rule. They are read as they are found, a part at a time, however many there
 * are; whoever is at work meanwhile is not held up.
 */
record Scan(Connection connection, Dialect dialect) {
  private static final int AT_ONCE = 500;

  /** Gets what is found. */
  interface Sink<T> {
    /** One case. */
    void found(T one) throws InterruptedException;
  }

  <T> void run(Rule<T> rule, Sink<T> sink) throws SQLException, InterruptedException {
    boolean server = dialect != Dialect.SQLITE;
    if (server) { // its driver reads a part at a time in a transaction only; that may take long
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
