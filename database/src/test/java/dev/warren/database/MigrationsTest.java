package dev.warren.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Dialect;
import dev.warren.api.database.Migrations;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one version of the tables to the next. */
class MigrationsTest {
  private static final String FIRST =
      """
      CREATE TABLE a (n INTEGER);
      INSERT INTO a VALUES (1);
      """;
  private static final String SECOND = "ALTER TABLE a ADD COLUMN t TEXT DEFAULT 'x;y';\n";

  @TempDir Path directory;
  private OpenDatabase database;

  @BeforeEach
  void open() throws Exception {
    database = new Databases().open(DatabaseSettings.file(directory.resolve("m.db")));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private int apply(String part, String... scripts) throws SQLException {
    return new Migrations(part, List.of(scripts)).apply(database);
  }

  private String ask(String question) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      return rows.getString(1);
    }
  }

  @Test
  void eachVersionIsMadeOnce() throws Exception {
    assertThat(apply("one", FIRST)).isZero();
    assertThat(apply("one", FIRST)).isEqualTo(1);
    assertThat(ask("SELECT count(*) FROM a")).isEqualTo("1");
    assertThat(apply("one", FIRST, SECOND)).isEqualTo(1);
    assertThat(ask("SELECT t FROM a")).isEqualTo("x;y");
    assertThat(apply("one", FIRST, SECOND)).isEqualTo(2);
    assertThat(apply("other", "CREATE TABLE b (n INTEGER);\n")).as("another part").isZero();
  }

  @Test
  void aScriptThatFailsLeavesNothingBehind() throws Exception {
    assertThatThrownBy(() -> apply("one", FIRST, "CREATE TABLE b (n INTEGER);\nNONSENSE;\n"))
        .isInstanceOf(SQLException.class);
    assertThat(ask("SELECT count(*) FROM sqlite_schema")).isEqualTo("0");
    assertThat(apply("one", FIRST)).isZero();
  }

  @Test
  void tablesOfANewerProgramAreRefused() throws Exception {
    apply("one", FIRST, SECOND);
    assertThatThrownBy(() -> apply("one", FIRST))
        .hasMessageContaining("one's tables in version 2, and this program knows up to 1")
        .hasMessageContaining("use that one, or restore a backup");
    assertThatThrownBy(() -> apply("one", FIRST, SECOND + " "))
        .hasMessageContaining("version 2 of one's tables in the database is not what this program");
  }

  @Test
  void twoHostsAtOnceMakeItOnce() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> all =
          IntStream.range(0, 8).mapToObj(i -> threads.submit(() -> apply("one", FIRST))).toList();
      int made = 0;
      for (Future<Integer> one : all) {
        made += one.get() == 0 ? 1 : 0;
      }
      assertThat(made).isEqualTo(1);
    }
    assertThat(ask("SELECT count(*) FROM a")).isEqualTo("1");
  }

  @Test
  void theDialectKnowsTheTimeAndWhatAFailureMeans() throws Exception {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      Dialect dialect = Dialect.of(connection);
      long before = System.currentTimeMillis();
      long now = Long.parseLong(ask("SELECT " + dialect.now()));
      assertThat(now).isBetween(before - 1, System.currentTimeMillis() + 1);
      statement.execute(dialect.relax());
      statement.execute(dialect.strict());
      statement.execute("PRAGMA max_page_count = 2");
      assertThatThrownBy(() -> statement.execute("CREATE TABLE c AS SELECT zeroblob(100000)"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(dialect.isFull(e)).isTrue();
                assertThat(dialect.isDamaged(e)).isFalse();
                assertThat(dialect.errno(e)).isEqualTo(Errno.ENOSPC);
              });
      assertThatThrownBy(() -> statement.execute("NONSENSE"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(dialect.isFull(e)).isFalse();
                assertThat(dialect.errno(e)).isEqualTo(Errno.EIO);
              });
    }
  }
}
