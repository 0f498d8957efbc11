package dev.warren.database;

import static dev.warren.database.Sql.ask;
import static dev.warren.database.Sql.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.testkit.database.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

/** A server's connections, with one pool for each database. */
class PostgresTest {
  private final Databases databases = new Databases(4);
  private PostgresServer server;
  private String url;

  static DatabaseSettings settings(String url) {
    return new DatabaseSettings(
        url, PostgresServer.USER, new Secret(PostgresServer.PASSWORD), false);
  }

  @BeforeEach
  void serve() throws Exception {
    server = PostgresServer.shared();
    url = server.database();
  }

  private OpenDatabase open() throws Exception {
    return databases.open(settings(url));
  }

  @Test
  void aConnectionHasThePropertiesOfTheContract() throws Exception {
    try (OpenDatabase database = open()) {
      assertThat(database.trouble()).isNull();
      assertThat(ask(database, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(ask(database, "SHOW fsync")).isEqualTo("on");
      assertThat(ask(database, "SHOW transaction_isolation")).isEqualTo("read committed");
      assertThat(ask(database, "SHOW statement_timeout")).isEqualTo("20s");
      assertThat(ask(database, "SHOW idle_in_transaction_session_timeout")).isEqualTo("20s");
      assertThat(ask(database, "SHOW application_name")).isEqualTo("warren");
      execute(database, "ALTER DATABASE \"%s\" SET synchronous_commit = off".formatted(name()));
    }
    try (OpenDatabase database = open()) {
      assertThat(ask(database, "SHOW synchronous_commit")).as("whatever is usual").isEqualTo("on");
    }
  }

  private String name() {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  @Test
  void writersWaitForEachOther() throws Exception {
    int writers = 8;
    try (OpenDatabase database = open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      execute(database, "CREATE TABLE t (n INTEGER)");
      execute(database, "INSERT INTO t VALUES (0)");
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        all.add(
            threads.submit(
                () -> {
                  try (Connection connection = database.getConnection();
                      Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    int n = Integer.parseInt(ask(statement, "SELECT n FROM t FOR UPDATE"));
                    statement.execute("UPDATE t SET n = " + (n + 1));
                    connection.commit();
                    connection.setAutoCommit(true);
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      assertThat(ask(database, "SELECT n FROM t")).isEqualTo("" + writers);
    }
  }

  @Test
  void oneServerHasOnePoolForEachUserUntilTheLastOneCloses() throws Exception {
    OpenDatabase one = open();
    OpenDatabase other = open();
    assertThat(databases.size()).isEqualTo(1);
    assertThatThrownBy(
            () ->
                databases.open(
                    new DatabaseSettings(url, PostgresServer.USER, new Secret("other"), false)))
        .hasMessageContaining("is used with another password already")
        .hasMessageNotContaining(PostgresServer.PASSWORD);
    one.close();
    one.close();
    assertThat(ask(other, "SELECT 'still there'")).isEqualTo("still there");
    assertThatThrownBy(one::getConnection).hasMessageContaining("closed with its instance");
    other.close();
    assertThat(databases.size()).isZero();
    Sql.eventually(
        () ->
            server
                .sql(
                    "postgres",
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s'".formatted(name()))
                .equals("0"));
  }

  /** The pool's four connections, and the one that watches. */
  @Test
  void aFullPoolRefusesARequestAfterALimitedTime() throws Exception {
    List<Connection> taken = new ArrayList<>();
    try (OpenDatabase database = open();
        OpenDatabase other = open()) {
      for (int i = 0; i < 4; i++) {
        taken.add((i % 2 == 0 ? database : other).getConnection());
      }
      assertThatThrownBy(database::getConnection)
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageContaining("all 4 connections have been in use for 5 s");
      assertThat(database.trouble()).as("nothing is wrong with the server").isNull();
      assertThat(
              server.sql(
                  "postgres",
                  "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s'".formatted(name())))
          .isEqualTo("5");
      for (Connection one : taken) {
        one.close();
      }
      assertThat(ask(database, "SELECT 'again'")).isEqualTo("again");
    }
  }

  @Test
  void aUserCannotTouchThePool() throws Exception {
    try (OpenDatabase database = open()) {
      assertThat(database.isWrapperFor(DataSource.class)).isFalse();
      assertThatThrownBy(() -> database.unwrap(DataSource.class)).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> database.getConnection("me", "hush"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void theDriverIsNotRegisteredGlobally() throws Exception {
    open().close();
    assertThat(DriverManager.drivers()).noneMatch(Driver.class::isInstance);
  }

  @Test
  void aWaitingRequestGetsTheFirstFreeConnection() throws Exception {
    try (OpenDatabase database = open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch asking = new CountDownLatch(1);
      List<Connection> taken = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        taken.add(database.getConnection());
      }
      Future<String> waiting =
          threads.submit(
              () -> {
                asking.countDown();
                return ask(database, "SELECT 'mine'");
              });
      asking.await();
      taken.removeFirst().close();
      assertThat(waiting.get()).isEqualTo("mine");
      for (Connection one : taken) {
        one.close();
      }
    }
  }
}
