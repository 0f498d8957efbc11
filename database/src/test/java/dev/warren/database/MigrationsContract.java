package dev.warren.database;

import static dev.warren.database.Sql.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.database.Migrations;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Migrations from one version of the tables to the next, for any database. */
abstract class MigrationsContract {
  private static final String FIRST =
      """
      CREATE TABLE a (n INTEGER, content ${bytes});
      INSERT INTO a VALUES (1, NULL);
      """;
  private static final String SECOND = "ALTER TABLE a ADD COLUMN t TEXT DEFAULT 'x;y';\n";
  private static final String THIRD =
      """
      -- usable from version 2
      ALTER TABLE a ADD COLUMN u TEXT;
      """;

  private OpenDatabase database;

  /** Opens an empty database, or one that another host has open as well. */
  abstract OpenDatabase open() throws Exception;

  /** Opens the same database for another host. */
  abstract OpenDatabase again() throws Exception;

  /** Returns the number of tables. */
  abstract String tables();

  @BeforeEach
  void begin() throws Exception {
    database = open();
  }

  @AfterEach
  void end() {
    database.close();
  }

  final OpenDatabase database() {
    return database;
  }

  private int apply(String part, String... scripts) throws SQLException {
    return new Migrations(part, List.of(scripts)).apply(database);
  }

  @Test
  void eachScriptRunsOnce() throws Exception {
    assertThat(apply("one", FIRST)).isZero();
    assertThat(apply("one", FIRST)).isEqualTo(1);
    assertThat(ask(database, "SELECT count(*) FROM a")).isEqualTo("1");
    assertThat(apply("one", FIRST, SECOND)).isEqualTo(1);
    assertThat(ask(database, "SELECT t FROM a")).isEqualTo("x;y");
    assertThat(apply("one", FIRST, SECOND)).isEqualTo(2);
    assertThat(apply("other", "CREATE TABLE b (n INTEGER);\n")).as("another part").isZero();
  }

  @Test
  void aScriptThatFailsLeavesNothingBehind() throws Exception {
    assertThatThrownBy(() -> apply("one", FIRST, "CREATE TABLE b (n INTEGER);\nNONSENSE;\n"))
        .isInstanceOf(SQLException.class);
    assertThat(ask(database, tables())).isEqualTo("0");
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

  /** The situation while hosts are upgraded one after the other. */
  @Test
  void tablesWithAdditionsWorkForThePreviousProgram() throws Exception {
    apply("one", FIRST, SECOND, THIRD);
    assertThat(apply("one", FIRST, SECOND)).as("the version that is there").isEqualTo(3);
    assertThatThrownBy(() -> apply("one", FIRST))
        .hasMessageContaining("one's tables in version 3, and this program knows up to 1");
    assertThat(apply("one", FIRST, SECOND, THIRD)).isEqualTo(3);
  }

  @Test
  void hostsThatStartTogetherMigrateOnce() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        OpenDatabase other = again()) {
      List<Future<Integer>> all =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              new Migrations("one", List.of(FIRST))
                                  .apply(i % 2 == 0 ? database : other)))
              .toList();
      int made = 0;
      for (Future<Integer> one : all) {
        made += one.get() == 0 ? 1 : 0;
      }
      assertThat(made).isEqualTo(1);
    }
    assertThat(ask(database, "SELECT count(*) FROM a")).isEqualTo("1");
  }
}
