package dev.warren.sqlfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.check.Check;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.testkit.TestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A directory of very many files is listed in memory that does not depend on their number. {@code
 * -Dsqlfs.directory=N} sets the number.
 */
@Tag("slow")
@Timeout(600) // for a million files on a slow disk
class LargeDirectoryTest {
  private static final int FILES = Integer.getInteger("sqlfs.directory", 100_000);

  /** Enough memory for a host with the caches of these tests, but not enough for all entries. */
  private static final String HEAP = "-Xmx24m";

  /** The exit status of a JVM that runs out of memory with ExitOnOutOfMemoryError. */
  private static final int OUT_OF_MEMORY = 3;

  /** The first file number that this test uses. */
  private static final int FIRST = 1_000;

  @TempDir Path directory;

  @Test
  void onSqlite() throws Exception {
    isListedInBoundedMemory(TestHost.sqlite(directory));
  }

  @Test
  void onPostgres() throws Exception {
    isListedInBoundedMemory(TestHost.postgres());
  }

  private void isListedInBoundedMemory(DatabaseSettings settings) throws Exception {
    fill(settings);
    long bytes = FILES * (FILES + 1L) / 2;
    String expected = FILES + " files, " + bytes + " bytes\n";
    assertThat(list(settings, ListingChild.Mode.AT_ONCE, 0)).endsWith(expected);
    assertThat(list(settings, ListingChild.Mode.IN_PAGES, 0)).endsWith(expected);
    // With so little memory, the test fails if all entries are held in memory.
    assertThat(list(settings, ListingChild.Mode.KEPT, OUT_OF_MEMORY)).contains("OutOfMemory");
  }

  /** Creates the files by SQL, each with its number as its size. */
  private void fill(DatabaseSettings settings) throws Exception {
    try (TestContext context = TestContext.in(directory)) {
      try (FileSystem fs = TestHost.open(context, settings, TestHost.settings(System::nanoTime))) {
        assertThat(fs.isShared()).isEqualTo(settings.file().isEmpty());
      }
      Database database = context.database(settings);
      try (Connection connection = database.getConnection()) {
        Dialect dialect = Dialect.of(connection);
        String bytes = dialect == Dialect.SQLITE ? "CAST(%s AS BLOB)" : "convert_to(%s, 'UTF8')";
        connection.setAutoCommit(false);
        String numbers =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
                .formatted(FILES);
        run(
            connection,
            numbers
                + "INSERT INTO sqlfs_inode (id, type, permissions, uid, gid, links, size, stored,"
                + " content, accessed, modified, changed, born, version, parent, target)"
                + " SELECT %d + i, %d, 420, 0, 0, 1, i, 0, 0, 0, 0, 0, 0, 0, 0, %s FROM n"
                    .formatted(FIRST, FileType.REGULAR.modeBits(), bytes.formatted("''")));
        run(
            connection,
            numbers
                + "INSERT INTO sqlfs_entry (parent, name, cookie, inode)"
                + " SELECT %d, %s, %d + i, %d + i FROM n"
                    .formatted(
                        InodeRow.ROOT, bytes.formatted("'name-' || i"), FIRST + FILES, FIRST));
        run(
            connection,
            "UPDATE sqlfs_volume SET last_id = %d, bytes = bytes + %d, files = files + %d"
                .formatted(
                    FIRST + 2L * FILES,
                    (long) (InodeRow.CHARGE + InodeRow.NAME_CHARGE) * FILES,
                    FILES));
        connection.commit();
        connection.setAutoCommit(true);
        assertThat(Check.problems(connection)).isEmpty();
      }
    }
  }

  private static void run(Connection connection, String statement) throws Exception {
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      prepared.executeUpdate();
    }
  }

  /**
   * Lists the directory in another JVM, which must exit with the given status; returns its output.
   */
  private String list(DatabaseSettings settings, ListingChild.Mode mode, int status)
      throws Exception {
    Path output = directory.resolve("output");
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    HEAP,
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ListingChild.class.getName(),
                    directory.toString(),
                    settings.url(),
                    mode.name()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(child.waitFor()).as(() -> "%s: %s".formatted(mode, output)).isEqualTo(status);
    return Files.readString(output);
  }
}
