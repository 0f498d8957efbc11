package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.database.Database;
import dev.warren.sqlfs.check.Check;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unusual names, a full database, and damaged tables. */
class LimitsTest {
  @TempDir @Nullable Path directory;
  private TestContext context = TestContext.in(Path.of(""));
  private @Nullable Database database;

  @BeforeEach
  void open() throws Exception {
    context = TestContext.in(Objects.requireNonNull(directory));
    database = context.database(TestHost.sqlite(directory));
  }

  @AfterEach
  void close() {
    context.close();
  }

  private FileSystem open(String maxBytes) throws Exception {
    Map<String, ?> config =
        Map.of(
            "database",
            TestHost.sqlite(Objects.requireNonNull(directory)).url(),
            "max_bytes",
            maxBytes,
            "cache",
            "4MiB");
    return TestContext.open(new SqlfsPlugin(), context, config);
  }

  private void sql(String statement) throws Exception {
    try (Connection connection = Objects.requireNonNull(database).getConnection();
        Statement s = connection.createStatement()) {
      s.executeUpdate(statement);
    }
  }

  private int count(String table) throws Exception {
    try (Connection connection = Objects.requireNonNull(database).getConnection();
        Statement s = connection.createStatement();
        ResultSet rows = s.executeQuery("SELECT COUNT(*) FROM " + table)) {
      return rows.getInt(1);
    }
  }

  private List<String> problems() throws Exception {
    try (Connection connection = Objects.requireNonNull(database).getConnection()) {
      return Check.problems(connection);
    }
  }

  /** A name that contains characters of SQL patterns matches only itself. */
  @Test
  void anyBytesAreAName() throws Exception {
    List<String> names =
        List.of(
            "a_b",
            "axb",
            "a%",
            "a%b",
            "a\\",
            "line\nbreak",
            "'; DROP TABLE sqlfs_entry; --",
            "n".repeat(255),
            FileNames.decode(new byte[] {(byte) 0xff, (byte) 0xc3, 'x'}));
    try (FileSystem fs = open("1GiB")) {
      for (String name : names) {
        VfsPath tree = VfsPath.ROOT.resolve(name);
        fs.mkdir(tree, 0755);
        TestFiles.write(fs, tree.resolve(name), name);
      }
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).containsExactlyInAnyOrderElementsOf(names);
      fs.unlink(VfsPath.ROOT.resolve("a_b").resolve("a_b"));
      fs.rmdir(VfsPath.ROOT.resolve("a_b"));
      fs.rename(VfsPath.ROOT.resolve("a%"), VfsPath.ROOT.resolve("moved"), false);
      assertThat(TestFiles.readText(fs, VfsPath.ROOT.resolve("axb").resolve("axb")))
          .isEqualTo("axb");
      assertThat(TestFiles.readText(fs, VfsPath.ROOT.resolve("a%b").resolve("a%b")))
          .isEqualTo("a%b");
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).hasSize(names.size() - 1);
    }
    assertThat(problems()).isEmpty();
  }

  /** ENOSPC is reported even if the data that does not fit is only in memory until then. */
  @Test
  void whereTheSpaceEndsItIsSaidAndComesBack() throws Exception {
    ByteBuffer part = ByteBuffer.allocate(100_000);
    try (FileSystem fs = open("1MiB")) {
      FileSystemStats empty = fs.statfs(VfsPath.ROOT);
      assertThatThrownBy(
              () -> {
                try (OpenFile file = fs.open(path("/f"), OpenOptions.REPLACE, 0644)) {
                  for (long offset = 0; offset < 3 << 20; offset += part.capacity()) {
                    file.write(part.clear(), offset);
                  }
                }
              })
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
      long stored = fs.stat(path("/f")).blocks() * 512;
      assertThat(stored).isBetween(512L << 10, 1L << 20);
      fs.unlink(path("/f"));
      TestFiles.write(fs, path("/g"), new byte[700_000]);
      fs.unlink(path("/g"));
      TestFiles.write(fs, path("/h"), ""); // by now, the contents of the unlinked files are removed
      fs.unlink(path("/h"));
      fs.mkdir(path("/d"), 0755);
      fs.rmdir(path("/d"));
      assertThat(fs.statfs(VfsPath.ROOT).freeBlocks()).isEqualTo(empty.freeBlocks());
    }
    assertThat(problems()).isEmpty();
  }

  @Test
  void whatIsBrokenIsFound() throws Exception {
    try (FileSystem fs = open("1GiB")) {
      fs.mkdir(path("/d"), 0755);
      TestFiles.write(fs, path("/d/f"), new byte[200_000]);
    }
    assertThat(problems()).isEmpty();
    sql("DELETE FROM sqlfs_chunk WHERE number = 1");
    assertThat(problems()).anyMatch(p -> p.contains("differs from its recorded size on disk"));
    sql("UPDATE sqlfs_inode SET links = 5 WHERE id <> 1");
    assertThat(problems())
        .anyMatch(p -> p.matches("file .* has a wrong link count; .*"))
        .anyMatch(p -> p.matches("directory .* has a wrong link count; .*"));
    sql("DELETE FROM sqlfs_inode WHERE type <> 16384");
    assertThat(problems())
        .anyMatch(p -> p.contains("which does not exist"))
        .anyMatch(p -> p.contains("belongs to no file"))
        .anyMatch(p -> p.contains("files, but the recorded total is 3"))
        .anyMatch(p -> p.matches("there are \\d+ bytes, but the recorded total is \\d+"));
  }

  @Test
  void aFileThatCannotBeReplacedStays() throws Exception {
    try (FileSystem fs = open("1MiB")) {
      fs.replace(path("/f"), ByteBuffer.allocate(700_000), 0644);
      assertThatThrownBy(() -> fs.replace(path("/f"), ByteBuffer.allocate(800_000), 0644))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
      assertThat(fs.stat(path("/f")).size()).isEqualTo(700_000);
      fs.unlink(path("/f"));
    }
    assertThat(problems()).isEmpty();
  }

  /** Small contents are deleted many at a time, large ones in several transactions. */
  @Test
  void contentsOfDeletedFilesAreRemoved() throws Exception {
    try (FileSystem fs = open("1GiB")) {
      FileSystemStats empty = fs.statfs(VfsPath.ROOT);
      List<VfsPath> files = new ArrayList<>();
      for (int i = 0; i < 700; i++) {
        VfsPath file = path("/f" + i);
        files.add(file);
        TestFiles.write(fs, file, new byte[i % 300 == 250 ? 20 << 20 : i % 3]);
      }
      for (VfsPath file : files) {
        fs.unlink(file);
      }
      await().until(() -> count("sqlfs_loose") + count("sqlfs_chunk") == 0);
      assertThat(fs.statfs(VfsPath.ROOT).freeBlocks()).isEqualTo(empty.freeBlocks());
    }
    assertThat(problems()).isEmpty();
  }

  /**
   * A host that is killed leaves no half-written file, and other hosts remove whatever else it
   * leaves.
   */
  @Test
  void whatADeadHostLeavesIsRemoved() throws Exception {
    FileSystem dead =
        TestHost.open(
            context,
            TestHost.sqlite(Objects.requireNonNull(directory)),
            TestHost.settings(System::nanoTime));
    TestFiles.write(dead, path("/f"), "old");
    TestFiles.write(dead, path("/gone"), new byte[200_000]);
    OpenFile held = dead.open(path("/gone"), OpenOptions.READ, 0);
    dead.unlink(path("/gone"));
    OpenFile half = dead.open(path("/f"), OpenOptions.REPLACE, 0644);
    TestFiles.writeAll(half, ByteBuffer.wrap(new byte[5 << 20]), 0);
    sql("UPDATE sqlfs_session SET expires = 0");
    AtomicLong ticks = new AtomicLong();
    try (FileSystem other =
        TestHost.open(
            context,
            TestHost.sqlite(Objects.requireNonNull(directory)),
            TestHost.settings(ticks::get))) {
      assertThat(TestFiles.readText(other, path("/f"))).isEqualTo("old");
      sql("UPDATE sqlfs_session SET since = 0");
      ticks.addAndGet(TestHost.LEASE.toNanos());
      TestFiles.write(other, path("/g"), "");
      await()
          .until(
              () ->
                  count("sqlfs_orphan") + count("sqlfs_hold") + count("sqlfs_loose") == 0
                      && count("sqlfs_session") == 1);
    }
    assertThat(problems()).isEmpty();
    held.abort(new FsException(Errno.EIO));
    half.abort(new FsException(Errno.EIO));
    dead.close();
  }
}
