package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.OpenOptions;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.gptfs.json.Json;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage in a database of jobs that is too large to be checked at each start. */
class DamagedDatabaseTest {
  /** A size beyond which a database is not completely checked. */
  private static final long LARGE = 129L << 20;

  @TempDir Path directory;
  private FakeModel model;
  private TestContext context;

  @BeforeEach
  void connect() throws Exception {
    model = new FakeModel();
    context = TestContext.in(directory, new LocalfsPlugin());
    try (FileSystem fs = start()) {
      put(fs, "old");
      awaitCompleted("old");
    }
    context.close();
  }

  @AfterEach
  void close() {
    context.close();
    model.close();
  }

  private Path data() {
    return directory.resolve("data");
  }

  private Path database() {
    return data().resolve(".gptfs/jobs.db");
  }

  private FileSystem start() throws Exception {
    Map<String, Object> config = new LinkedHashMap<>(Mount.config(model.url()));
    config.remove("inner");
    config.put("data_dir", data().toString());
    return TestContext.open(new GptfsPlugin(), context, config);
  }

  private static void put(FileSystem fs, String name) throws Exception {
    var file = fs.open(Mount.path("inbox/" + name + ".txt"), OpenOptions.REPLACE, 0644);
    try {
      Mount.write(file, name, 0);
    } finally {
      file.close();
    }
  }

  private void awaitCompleted(String base) throws Exception {
    Path status = data().resolve("outbox/" + base + "_status.json");
    Until.holds(
        base + " is completed",
        () ->
            Files.exists(status)
                && Json.MAPPER
                    .readTree(Files.readString(status, StandardCharsets.UTF_8))
                    .path("status")
                    .asString()
                    .equals("completed"));
  }

  /** Overwrites the first page of a table or of an index. */
  private void damage(String name) throws Exception {
    long page;
    long size;
    try (Connection connection =
            context.database(DatabaseSettings.file(database())).getConnection();
        Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("PRAGMA page_size")) {
        size = row.getLong(1);
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT rootpage FROM sqlite_schema WHERE name = '" + name + "'")) {
        page = row.getLong(1);
      }
    } finally {
      context.close();
    }
    try (RandomAccessFile file = new RandomAccessFile(database().toFile(), "rw")) {
      file.seek((page - 1) * size);
      file.write(new byte[200]);
    }
  }

  /** Appends unused pages, which SQLite ignores. */
  private void enlarge() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(database().toFile(), "rw")) {
      file.setLength(LARGE);
    }
  }

  private List<String> aside() throws IOException {
    try (Stream<Path> files = Files.list(data().resolve(".gptfs"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("jobs.db.damaged-") && !name.endsWith("-wal"))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"warren_schema", "gptfs_jobs", "gptfs_unfinished"})
  void damageThatTheFirstQueriesMeetIsPutAsideAtOnce(String name) throws Exception {
    damage(name);
    enlarge();
    try (FileSystem fs = start()) {
      put(fs, "new");
      awaitCompleted("new");
    }
    assertThat(aside()).hasSize(1);
    assertThat(model.bodies.stream().map(FakeModel::prompt)).containsExactly("old", "new");
  }

  @Test
  void damageThatTheWriterMeetsIsPutAsideAtTheNextStart() throws Exception {
    damage("gptfs_parts");
    enlarge();
    Path mark = data().resolve(".gptfs/jobs.db.check");
    try (FileSystem fs = start()) {
      assertThat(aside()).as("it is too large to be checked").isEmpty();
      put(fs, "new");
      Until.holds("the damage is met", () -> Files.exists(mark));
    }
    context.close();
    enlarge();
    try (FileSystem fs = start()) {
      awaitCompleted("new");
      put(fs, "later");
      awaitCompleted("later");
    }
    assertThat(aside()).hasSize(1);
    assertThat(mark).doesNotExist();
    assertThat(model.bodies.stream().map(FakeModel::prompt)).containsExactly("old", "new", "later");
  }
}
