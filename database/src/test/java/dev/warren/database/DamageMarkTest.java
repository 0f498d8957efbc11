package dev.warren.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.config.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage in files that are too large to be checked each time: it is found when it is read. */
class DamageMarkTest {
  private static final String ALL = "SELECT sum(length(v)) FROM t";

  @TempDir Path directory;

  /** All files are too large. */
  private final Databases databases = new Databases(() -> 1, 0);

  private Path file() {
    return directory.resolve("jobs.db");
  }

  private Path mark() {
    return directory.resolve("jobs.db.check");
  }

  private OpenDatabase open() throws IOException {
    return databases.open(DatabaseSettings.file(file()));
  }

  private OpenDatabase openReplaceable() throws IOException {
    return databases.open(DatabaseSettings.file(file()).asReplaceable());
  }

  private void fill() throws Exception {
    try (OpenDatabase database = open()) {
      Sql.execute(database, "CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT)");
      Sql.execute(
          database,
          "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 2000)"
              + " INSERT INTO t SELECT n, 'a value that takes some room ' || n FROM r");
    }
  }

  private byte[] damage() throws IOException {
    byte[] content = Files.readAllBytes(file());
    for (int i = 0; i < 200; i++) {
      content[3 * 4096 + i] ^= (byte) 0x5A; // overwrites the head of a page in the middle
    }
    Files.write(file(), content);
    return content;
  }

  private List<Path> aside() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(one -> one.getFileName().toString().contains(".damaged-")).toList();
    }
  }

  @Test
  void damageThatAStatementMeetsIsFoundByTheNextOpening() throws Exception {
    fill();
    byte[] before = damage();
    try (OpenDatabase database = openReplaceable()) {
      assertThat(Sql.ask(database, "SELECT 'opened'")).isEqualTo("opened");
      assertThat(mark()).doesNotExist();
      assertThatThrownBy(() -> Sql.ask(database, ALL)).isInstanceOf(SQLException.class);
      assertThat(mark()).exists();
    }
    assertThat(aside()).isEmpty();
    try (OpenDatabase database = openReplaceable()) {
      assertThat(Sql.ask(database, "SELECT count(*) FROM sqlite_schema")).isEqualTo("0");
    }
    assertThat(mark()).doesNotExist();
    assertThat(aside()).hasSize(1);
    assertThat(Files.readAllBytes(aside().getFirst())).isEqualTo(before);
  }

  @Test
  void aWriterFindsDamageToo() throws Exception {
    fill();
    damage();
    try (OpenDatabase database = openReplaceable()) {
      assertThatThrownBy(() -> Sql.execute(database, "UPDATE t SET v = 'x'"))
          .isInstanceOf(SQLException.class);
      assertThat(mark()).exists();
    }
  }

  @Test
  void aUserThatHasMetDamageCanOpenANewFileAtOnce() throws Exception {
    fill();
    damage();
    try (OpenDatabase first = openReplaceable()) {
      assertThatThrownBy(() -> Sql.ask(first, ALL)).isInstanceOf(SQLException.class);
      try (OpenDatabase again = openReplaceable()) {
        assertThat(aside()).hasSize(1);
        Sql.execute(again, "CREATE TABLE t (n INTEGER)");
        assertThat(Sql.ask(first, "SELECT count(*) FROM t")).as("it is one pool").isEqualTo("0");
      }
    }
    assertThat(databases.size()).isZero();
    assertThat(mark()).doesNotExist();
  }

  @Test
  void aDatabaseThatMayNotBeReplacedIsRefusedUntilItIsRestored() throws Exception {
    fill();
    byte[] whole = Files.readAllBytes(file());
    byte[] damaged = damage();
    try (OpenDatabase database = open()) {
      assertThatThrownBy(() -> Sql.ask(database, ALL)).isInstanceOf(SQLException.class);
      try (OpenDatabase again = open()) {
        assertThat(Sql.ask(again, "SELECT 'the same'")).isEqualTo("the same");
      }
    }
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(this::open).hasMessageContaining("is damaged");
    }
    assertThat(Files.readAllBytes(file())).isEqualTo(damaged);
    Files.write(file(), whole);
    try (OpenDatabase database = open()) {
      assertThat(Sql.ask(database, "SELECT count(*) FROM t")).isEqualTo("2000");
    }
    assertThat(mark()).doesNotExist();
  }

  @Test
  void otherFailuresSetNoMark() throws Exception {
    fill();
    try (OpenDatabase database = openReplaceable()) {
      assertThatThrownBy(() -> Sql.execute(database, "INSERT INTO t VALUES (1, 'twice')"))
          .isInstanceOf(SQLException.class);
    }
    assertThat(mark()).doesNotExist();
  }
}
