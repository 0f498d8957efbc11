package dev.warren.database;

import static dev.warren.database.Sql.ask;
import static dev.warren.database.Sql.eventually;
import static dev.warren.database.Sql.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.api.database.Database;
import dev.warren.api.database.Dialect;
import dev.warren.testkit.database.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that stops, restarts, hangs, and loses connections. */
class PostgresFaultsTest {
  private static PostgresServer server;

  private final Databases databases = new Databases(4);
  private String url;

  @BeforeAll
  static void serve() throws Exception {
    server = PostgresServer.startOwn();
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void begin() throws Exception {
    server.start();
    url = server.database();
  }

  private OpenDatabase open(String options) throws Exception {
    return databases.open(PostgresTest.settings(url + options));
  }

  @Test
  void aRestartedServerIsUsedAgain() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    NotificationsContract.Remembering listener = new NotificationsContract.Remembering();
    try (OpenDatabase database = open("")) {
      database.watch(trouble -> told.add(trouble == null ? "well" : trouble));
      Database.Subscription subscription = database.subscribe("a", listener);
      eventually(subscription::isHearing);
      for (int round = 0; round < 2; round++) {
        server.stop();
        eventually(() -> database.trouble() != null && !subscription.isHearing());
        assertThat(database.trouble()).contains("the database jdbc:postgresql://127.0.0.1:");
        int before = listener.missed.get();
        server.start();
        eventually(() -> database.trouble() == null && listener.missed.get() > before);
        assertThat(ask(database, "SELECT 'again'")).isEqualTo("again");
        assertThat(subscription.isHearing()).isTrue();
      }
      assertThat(told).startsWith("well").endsWith("well");
      assertThat(told.stream().filter("well"::equals)).as("no news is not told").hasSize(3);
    }
  }

  /** A request during a restart waits for the server; a later one fails. */
  @Test
  void aRequestDuringARestartWaitsForAWhile() throws Exception {
    try (OpenDatabase database = open("");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.stop();
      eventually(() -> database.trouble() != null);
      Future<String> waiting = threads.submit(() -> ask(database, "SELECT 'after all'"));
      server.start();
      assertThat(waiting.get()).isEqualTo("after all");
      server.stop();
      assertThatThrownBy(() -> ask(database, "SELECT 1"))
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(Dialect.POSTGRESQL.isGone((SQLException) e)).isTrue());
      assertThatThrownBy(database::getConnection)
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageContaining("no server accepts connections at 127.0.0.1:" + server.port());
    }
  }

  @Test
  void aServerThatIsDownAtTheStartIsRetried() throws Exception {
    server.stop();
    assertThatThrownBy(() -> open(""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no server accepts connections at 127.0.0.1:" + server.port());
    assertThat(databases.size()).isZero();
    AtomicBoolean well = new AtomicBoolean();
    try (OpenDatabase database = databases.enter(PostgresTest.settings(url))) {
      assertThat(database.trouble()).isNotNull();
      database.watch(trouble -> well.set(trouble == null));
      server.start();
      eventually(well::get);
      assertThat(ask(database, "SELECT 'there'")).isEqualTo("there");
    }
  }

  /**
   * Every committed row exists exactly once, whichever connections were lost; the outcome of other
   * commits is unknown.
   */
  @Test
  void noCommitIsLostIfConnectionsAreLostAndTheServerCrashes() throws Exception {
    int writers = 4;
    try (OpenDatabase database = open("");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      execute(database, "CREATE TABLE t (n INTEGER PRIMARY KEY)");
      AtomicInteger next = new AtomicInteger();
      Set<Integer> committed = ConcurrentHashMap.newKeySet();
      Set<Integer> unclear = ConcurrentHashMap.newKeySet();
      AtomicBoolean enough = new AtomicBoolean();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        all.add(
            threads.submit(
                () -> {
                  while (!enough.get()) {
                    write(database, next.incrementAndGet(), committed, unclear);
                  }
                  return null;
                }));
      }
      try {
        for (int round = 0; round < 5; round++) {
          int before = committed.size();
          eventually(() -> committed.size() > before + 50);
          if (round % 2 == 0) {
            server.terminateConnections(url);
          } else {
            server.kill();
            server.start();
          }
        }
        int before = committed.size();
        eventually(() -> committed.size() > before + 50);
      } finally {
        enough.set(true);
      }
      for (Future<?> one : all) {
        one.get();
      }
      Set<Integer> there = rows(database);
      assertThat(there).containsAll(committed);
      there.removeAll(committed);
      assertThat(unclear).containsAll(there);
    }
  }

  private static void write(
      OpenDatabase database, int number, Set<Integer> committed, Set<Integer> unclear) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
      insert.setInt(1, number);
      insert.executeUpdate();
      committed.add(number);
    } catch (SQLException e) {
      assertThat(Dialect.POSTGRESQL.isGone(e)).as(e.toString()).isTrue();
      if (Dialect.POSTGRESQL.isUnclear(e)) {
        unclear.add(number);
      }
    }
  }

  private static Set<Integer> rows(OpenDatabase database) throws SQLException {
    Set<Integer> rows = new HashSet<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet all = statement.executeQuery("SELECT n FROM t")) {
      while (all.next()) {
        assertThat(rows.add(all.getInt(1))).isTrue();
      }
    }
    return rows;
  }

  /** The connections stay open but no data arrives, so only a time limit detects it. */
  @Test
  @Tag("slow")
  void aServerThatHangsIsAnErrorInBoundedTime() throws Exception {
    try (OpenDatabase database = open("?socketTimeout=2")) {
      assertThat(ask(database, "SELECT 1")).isEqualTo("1");
      server.suspend();
      try {
        assertThatThrownBy(() -> ask(database, "SELECT 1"))
            .isInstanceOf(SQLException.class)
            .satisfies(e -> assertThat(Dialect.POSTGRESQL.isGone((SQLException) e)).isTrue());
        eventually(() -> database.trouble() != null);
        assertThat(database.trouble()).contains("does not answer in time");
      } finally {
        server.resume();
      }
      eventually(() -> database.trouble() == null);
      assertThat(ask(database, "SELECT 'again'")).isEqualTo("again");
    }
  }

  /** A host that hangs in a transaction loses its row locks, and gets an error. */
  @Test
  @Tag("slow")
  void anIdleTransactionDoesNotBlockOthersForLong() throws Exception {
    try (OpenDatabase database = open("");
        Connection idle = database.getConnection();
        Statement held = idle.createStatement()) {
      execute(database, "CREATE TABLE t (n INTEGER)");
      execute(database, "INSERT INTO t VALUES (1)");
      idle.setAutoCommit(false);
      held.execute("UPDATE t SET n = 2");
      eventually(() -> isWritten(database));
      assertThatThrownBy(idle::commit)
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(Dialect.POSTGRESQL.isGone((SQLException) e)).isTrue());
      assertThat(ask(database, "SELECT n FROM t")).isEqualTo("3");
    }
  }

  private static boolean isWritten(OpenDatabase database) {
    try {
      execute(database, "UPDATE t SET n = 3");
      return true;
    } catch (SQLException e) {
      assertThat(Dialect.POSTGRESQL.isBusy(e)).as(e.toString()).isTrue();
      return false;
    }
  }

  /**
   * If many hosts have used up a server's connections, a request fails with that reason, and
   * succeeds once one is free.
   */
  @Test
  void aServerWithoutFreeConnectionsIsReported() throws Exception {
    server.sql("postgres", "CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 2");
    try (OpenDatabase database =
        databases.open(new DatabaseSettings(url, "few", new Secret("few"), false))) {
      try (Connection first = database.getConnection()) {
        assertThat(first.isValid(1)).isTrue();
        assertThatThrownBy(database::getConnection)
            .isInstanceOf(SQLTransientConnectionException.class)
            .hasMessageContaining(
                "the server has no connection left (too many connections for role");
      }
      assertThat(ask(database, "SELECT 'mine'")).isEqualTo("mine");
    }
  }

  /** When the server last received a statement, as the server reports it by its own clock. */
  @Test
  @Tag("slow")
  void anIdleHostSendsFewerThanTwoQueriesPerSecond() throws Exception {
    try (OpenDatabase database = open("");
        OpenDatabase observer =
            new Databases(1).open(PostgresTest.settings(server.url("postgres")))) {
      Database.Subscription subscription =
          database.subscribe("a", new NotificationsContract.Remembering());
      eventually(subscription::isHearing);
      assertThat(ask(database, "SELECT 'the last question'")).isEqualTo("the last question");
      String last = lastQuestion(observer);
      eventually(() -> !lastQuestion(observer).equals(last));
      assertThat(Instant.parse(lastQuestion(observer)))
          .isAfter(Instant.parse(last).plusMillis(500));
    }
  }

  private String lastQuestion(OpenDatabase observer) throws SQLException {
    return ask(
        observer,
        """
        SELECT to_char(max(state_change) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        FROM pg_stat_activity WHERE datname = '%s'\
        """
            .formatted(url.substring(url.lastIndexOf('/') + 1)));
  }
}
