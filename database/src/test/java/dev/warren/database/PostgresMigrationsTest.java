package dev.warren.database;

import static dev.warren.database.Sql.ask;
import static dev.warren.database.Sql.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.database.Dialect;
import dev.warren.api.database.Migrations;
import dev.warren.testkit.database.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Migrations from one version of the tables to the next, on a server that other hosts use. */
class PostgresMigrationsTest extends MigrationsContract {
  private String url;

  @Override
  OpenDatabase open() throws Exception {
    url = PostgresServer.shared().database();
    return again();
  }

  @Override
  OpenDatabase again() throws Exception {
    return new Databases().open(PostgresTest.settings(url));
  }

  @Override
  String tables() {
    return "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
  }

  /**
   * Migrations may take longer than any other statement: one may change a large table, or wait for
   * another host that does.
   */
  @Test
  void migrationsHaveNoTimeLimit() throws Exception {
    String slow = "CREATE TABLE c AS SELECT current_setting('statement_timeout') AS t;\n";
    assertThat(new Migrations("slow", List.of(slow)).apply(database())).isZero();
    assertThat(ask(database(), "SELECT t FROM c")).isEqualTo("0");
    assertThat(ask(database(), "SHOW statement_timeout")).as("afterwards").isEqualTo("20s");
  }

  @Test
  void theDialectKnowsTheTimeAndTheMeaningOfFailures() throws Exception {
    try (Connection connection = database().getConnection();
        Statement statement = connection.createStatement()) {
      Dialect dialect = Dialect.of(connection);
      assertThat(dialect).isEqualTo(Dialect.POSTGRESQL);
      long before = System.currentTimeMillis();
      long now = Long.parseLong(ask(statement, "SELECT " + dialect.now()));
      assertThat(now).isBetween(before - 1, System.currentTimeMillis() + 1);
      statement.execute(dialect.relax());
      assertThat(ask(statement, "SHOW synchronous_commit")).isEqualTo("off");
      statement.execute(dialect.strict());
      assertThat(ask(statement, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(Long.parseLong(ask(statement, dialect.size()))).isPositive();
      statement.execute("CREATE TABLE t (b " + dialect.bytes() + ")");
      assertThat(
              ask(statement, "SELECT count(*) FROM (SELECT * FROM t" + dialect.forUpdate() + ") x"))
          .isEqualTo("0");
      assertThatThrownBy(() -> statement.execute("NONSENSE"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(dialect.isFull(e)).isFalse();
                assertThat(dialect.isGone(e)).isFalse();
                assertThat(dialect.isUnclear(e)).isFalse();
                assertThat(Errno.of(dialect, e)).isEqualTo(Errno.EIO);
              });
      statement.execute("SET statement_timeout = '1ms'");
      assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(60)"))
          .isInstanceOfSatisfying(SQLException.class, e -> assertThat(dialect.isBusy(e)).isTrue());
    }
  }

  /** Errors that a test cannot provoke in a server, by PostgreSQL's list of codes. */
  @Test
  void theMeaningOfTheServersCodes() {
    Dialect dialect = Dialect.POSTGRESQL;
    SQLException full = new SQLException("could not extend file", "53100");
    assertThat(dialect.isFull(full)).isTrue();
    assertThat(Errno.of(dialect, full)).isEqualTo(Errno.ENOSPC);
    assertThat(dialect.isBusy(new SQLException("deadlock detected", "40P01"))).isTrue();
    assertThat(dialect.isDamaged(new SQLException("invalid page", "XX001"))).isTrue();
    assertThat(dialect.isUnclear(new SQLException("could not fsync", "58030"))).isTrue();
    assertThat(dialect.isUnclear(new SQLException("connection refused", "08001"))).isFalse();
    assertThat(dialect.isGone(new SQLException("connection refused", "08001"))).isTrue();
    assertThat(dialect.isGone(new SQLException("no code"))).isFalse();
  }

  @Test
  void aDeadlockEndsOneOfTheTransactions() throws Exception {
    execute(database(), "CREATE TABLE d (n INTEGER PRIMARY KEY)");
    execute(database(), "INSERT INTO d VALUES (1), (2)");
    try (Connection one = database().getConnection();
        Connection two = database().getConnection();
        Statement first = one.createStatement();
        Statement second = two.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      one.setAutoCommit(false);
      two.setAutoCommit(false);
      first.execute("SELECT * FROM d WHERE n = 1 FOR UPDATE");
      second.execute("SELECT * FROM d WHERE n = 2 FOR UPDATE");
      Future<SQLException> waiting = threads.submit(() -> failure(one, first, 2));
      SQLException mine = failure(two, second, 1);
      SQLException other = waiting.get();
      assertThat(mine == null).isNotEqualTo(other == null);
      assertThat(Dialect.POSTGRESQL.isBusy(mine == null ? other : mine)).isTrue();
    }
  }

  private static SQLException failure(Connection connection, Statement statement, int row)
      throws SQLException {
    try {
      statement.execute("SELECT * FROM d WHERE n = " + row + " FOR UPDATE");
      return null;
    } catch (SQLException e) {
      return e;
    } finally {
      connection.rollback();
    }
  }
}
