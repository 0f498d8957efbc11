package dev.warren.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.config.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** Each database has one pool, whose connections have the required properties. */
class DatabasesTest {
  @TempDir Path directory;
  private final Databases databases = new Databases();

  private Path file() {
    return directory.resolve("own").resolve("jobs.db");
  }

  private OpenDatabase open() throws IOException {
    return databases.open(DatabaseSettings.file(file()));
  }

  private static String ask(DataSource source, String question) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      return rows.next() ? rows.getString(1) : "nothing";
    }
  }

  private static void execute(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void committedDataIsOnDiskAndReadersDoNotWait() throws Exception {
    try (OpenDatabase database = open()) {
      assertThat(ask(database, "PRAGMA journal_mode")).isEqualTo("wal");
      assertThat(ask(database, "PRAGMA synchronous")).as("FULL").isEqualTo("2");
      assertThat(ask(database, "PRAGMA foreign_keys")).isEqualTo("1");
      assertThat(ask(database, "PRAGMA busy_timeout")).isEqualTo("10000");
      execute(database, "CREATE TABLE t (n INTEGER)");
      try (Connection writer = database.getConnection();
          Statement writing = writer.createStatement()) {
        writer.setAutoCommit(false);
        writing.execute("INSERT INTO t VALUES (1)");
        assertThat(ask(database, "SELECT count(*) FROM t")).isEqualTo("0");
        writer.commit();
        assertThat(ask(database, "SELECT count(*) FROM t")).isEqualTo("1");
      }
    }
  }

  /**
   * Both transactions read first. If the write lock were acquired only at the first write, one of
   * them would fail.
   */
  @Test
  void writersWaitForEachOther() throws Exception {
    int writers = 8;
    try (OpenDatabase database = open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      execute(database, "CREATE TABLE t (n INTEGER)");
      execute(database, "INSERT INTO t VALUES (0)");
      CountDownLatch together = new CountDownLatch(writers);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        all.add(
            threads.submit(
                () -> {
                  try (Connection connection = database.getConnection();
                      Statement statement = connection.createStatement()) {
                    together.countDown();
                    together.await();
                    connection.setAutoCommit(false);
                    int n;
                    try (ResultSet rows = statement.executeQuery("SELECT n FROM t")) {
                      n = rows.getInt(1);
                    }
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
  void onlyTheOwnerCanReadIt() throws Exception {
    try (OpenDatabase database = open()) {
      execute(database, "CREATE TABLE t (n INTEGER)");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
          .isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(file().getParent())) {
        assertThat(files)
            .hasSize(3)
            .allSatisfy(
                file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void oneFileHasOnePoolWhateverItsPathUntilItsLastUserCloses() throws Exception {
    OpenDatabase one = open();
    Path link = Files.createSymbolicLink(directory.resolve("link"), file().getParent());
    OpenDatabase other =
        databases.open(DatabaseSettings.file(link.resolve("..").resolve("own/./jobs.db")));
    OpenDatabase third = databases.open(DatabaseSettings.file(link.resolve("jobs.db")));
    OpenDatabase another = databases.open(DatabaseSettings.file(directory.resolve("b.db")));
    assertThat(databases.size()).isEqualTo(2);
    another.close();
    one.close();
    one.close();
    other.close();
    assertThat(databases.size()).isEqualTo(1);
    assertThat(ask(third, "SELECT 'still there'")).isEqualTo("still there");
    assertThatThrownBy(one::getConnection).hasMessageContaining("closed with its instance");
    third.close();
    assertThat(databases.size()).isZero();
    try (OpenDatabase again = open()) {
      assertThat(ask(again, "SELECT 'again'")).isEqualTo("again");
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
    assertThat(DriverManager.drivers()).noneMatch(JDBC.class::isInstance);
  }

  private byte[] filled() throws IOException, SQLException {
    try (OpenDatabase database = open()) {
      execute(database, "CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT)");
      execute(
          database,
          "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 2000)"
              + " INSERT INTO t SELECT n, 'a value that takes some room ' || n FROM r");
    }
    return Files.readAllBytes(file());
  }

  private void damage(byte[] content) throws IOException {
    for (int i = 0; i < 200; i++) {
      content[3 * 4096 + i] ^= (byte) 0x5A; // overwrites the head of a page in the middle
    }
    Files.write(file(), content);
  }

  @Test
  void aDamagedDatabaseIsRefusedAndLeftAlone() throws Exception {
    damage(filled());
    byte[] before = Files.readAllBytes(file());
    assertThatThrownBy(this::open)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("is damaged")
        .hasMessageContaining("restore it from a backup");
    assertThat(Files.readAllBytes(file())).isEqualTo(before);
    assertThat(databases.size()).isZero();
  }

  @Test
  void aReplaceableDatabaseIsPutAsideWhenItIsDamaged() throws Exception {
    for (boolean any : new boolean[] {true, false}) {
      if (any) {
        damage(filled());
      } else {
        Files.writeString(file(), "this is text and no database at all".repeat(100));
      }
      byte[] before = Files.readAllBytes(file());
      try (OpenDatabase database = databases.open(DatabaseSettings.file(file()).asReplaceable())) {
        assertThat(ask(database, "SELECT count(*) FROM sqlite_schema")).isEqualTo("0");
      }
      Files.delete(file());
      try (Stream<Path> files = Files.list(file().getParent())) {
        List<Path> aside = files.toList();
        assertThat(aside).singleElement().asString().contains("jobs.db.damaged-");
        assertThat(Files.readAllBytes(aside.getFirst())).isEqualTo(before);
        Files.delete(aside.getFirst());
      }
    }
  }

  @Test
  void anUnusableLocationIsNamed() throws Exception {
    Path text = Files.writeString(directory.resolve("text"), "x", UTF_8);
    assertThatThrownBy(() -> databases.open(DatabaseSettings.file(text.resolve("jobs.db"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be made");
    assertThatThrownBy(() -> databases.open(DatabaseSettings.file(directory)))
        .hasMessageContaining("is no regular file");
    assertThatThrownBy(
            () -> databases.open(new DatabaseSettings("jdbc:mysql://h/d", null, null, false)))
        .hasMessageContaining("no driver for 'mysql'");
  }

  @Test
  void theNativeLibraryOfTheInstallationIsUsedIfThereIsOne() throws Exception {
    assertThat(NativeLibrary.directory(null)).isNull();
    assertThat(NativeLibrary.directory(directory.toString())).isNull();
    Path place =
        Files.createDirectories(
            directory
                .resolve("lib/native")
                .resolve(org.sqlite.util.OSInfo.getNativeLibFolderPathForCurrentOS()));
    Files.writeString(place.resolve(System.mapLibraryName("sqlitejdbc")), "x");
    assertThat(NativeLibrary.directory(directory.toString())).isEqualTo(place);
  }
}
