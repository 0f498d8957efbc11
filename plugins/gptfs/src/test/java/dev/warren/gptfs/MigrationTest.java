package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.gptfs.json.Json;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A data directory of version 0.1 after its host was killed: with jobs in every state, two
 * in-flight calls for lines of a batch and one for a prompt, and an incomplete upload.
 */
class MigrationTest {
  @TempDir Path directory;
  private FakeModel model;
  private TestContext context;

  @BeforeEach
  void unpack() throws Exception {
    model = new FakeModel();
    context = TestContext.in(directory, new LocalfsPlugin());
    Path archive = directory.resolve("data.tar.gz");
    try (InputStream in = MigrationTest.class.getResourceAsStream("data-dir-0.1.tar.gz")) {
      Files.copy(Objects.requireNonNull(in), archive);
    }
    Files.createDirectory(data());
    Process tar =
        new ProcessBuilder("tar", "xzf", archive.toString(), "-C", data().toString())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
  }

  @AfterEach
  void close() {
    context.close();
    model.close();
  }

  private Path data() {
    return directory.resolve("data");
  }

  private FileSystem start() throws Exception {
    Map<String, Object> config = new LinkedHashMap<>(Mount.config(model.url()));
    config.remove("inner");
    config.put("data_dir", data().toString());
    return TestContext.open(new GptfsPlugin(), context, config);
  }

  private JsonNode status(String base) throws IOException {
    return Json.MAPPER.readTree(
        Files.readAllBytes(data().resolve("outbox/" + base + "_status.json")));
  }

  private String state(String base) throws IOException {
    return status(base).path("status").asString();
  }

  private List<String> prompts() {
    return model.bodies.stream().map(FakeModel::prompt).sorted().toList();
  }

  private String stats(FileSystem fs) throws Exception {
    var file = fs.open(Mount.path("stats.json"), OpenOptions.READ, 0);
    try {
      ByteBuffer content = ByteBuffer.allocate(1 << 16);
      dev.warren.gptfs.store.Files.readFully(file, content, 0);
      return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
    } finally {
      file.close();
    }
  }

  @Test
  void continuesAfterTheMigration() throws Exception {
    byte[] before = Files.readAllBytes(data().resolve(".gptfs/journal/00000001.journal"));
    try (FileSystem fs = start()) {
      for (String base : List.of("running", "waiting", "batch")) {
        Until.holds(base + " is completed", () -> state(base).equals("completed"));
      }
      assertThat(prompts())
          .containsExactly("never answered", "never answered", "never answered", "patience");
      assertThat(status("running").path("possible_duplicate").asBoolean()).isTrue();
      assertThat(status("waiting").path("possible_duplicate").asBoolean()).isFalse();
      assertThat(status("batch").at("/request_counts/completed").asInt()).isEqualTo(3);
      assertThat(data().resolve("outbox/batch_output.jsonl"))
          .content()
          .contains("re: a line")
          .contains("re: never answered");
      assertThat(data().resolve("outbox/done_response.txt")).hasContent("re: one");
      assertThat(data().resolve("outbox/twice_response.txt")).hasContent("re: second");
      assertThat(data().resolve("outbox/größe/ä_response.txt")).hasContent("re: umlauts");
      assertThat(state("failed")).isEqualTo("failed");
      assertThat(state("removed")).isEqualTo("cancelled");
      assertThat(data().resolve("outbox/seen_status.json")).doesNotExist();
      assertThat(Json.MAPPER.readTree(stats(fs)).path("incomplete").path(0).asString())
          .isEqualTo("inbox/half.txt");
    }
    assertThat(data().resolve(".gptfs/journal")).isRegularFile();
    assertThat(Files.readAllBytes(data().resolve(".gptfs/journal-0.1/00000001.journal")))
        .isEqualTo(before);
    int calls = model.calls();
    try (FileSystem fs = start()) {
      Files.delete(data().resolve("inbox/twice.txt"));
      assertThat(stats(fs)).contains("\"completed\" : 7").contains("\"failed\" : 1");
      assertThat(model.calls()).isEqualTo(calls);
    }
  }

  @Test
  void isMigratedOnceEvenIfTheHostEndsBeforeTheJournalIsRenamed() throws Exception {
    try (FileSystem fs = start()) {
      Until.holds("done", () -> state("batch").equals("completed"));
      assertThat(fs.stat(Mount.path("inbox")).isDirectory()).isTrue();
      Until.holds("done", () -> state("running").equals("completed"));
      Until.holds("done", () -> state("waiting").equals("completed"));
    }
    Files.delete(data().resolve(".gptfs/journal"));
    Files.move(data().resolve(".gptfs/journal-0.1"), data().resolve(".gptfs/journal"));
    int calls = model.calls();
    try (FileSystem fs = start()) {
      assertThat(stats(fs)).contains("\"completed\" : 7");
      assertThat(model.calls()).isEqualTo(calls);
      assertThat(data().resolve(".gptfs/journal")).isRegularFile();
    }
  }

  /**
   * Version 0.1 cannot read the database, so it would send all prompts again. It refuses to start
   * where it cannot list its journal: the constructor of Journal, in commit f95dd7bd, calls {@code
   * Files.makeDirectories}, which accepts EEXIST, and then {@code Files.names}, which accepts only
   * ENOENT.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void version01RefusesADirectoryThatThisVersionHasUsed(boolean migrated) throws Exception {
    if (!migrated) {
      Files.move(data(), directory.resolve("old"));
      Files.createDirectory(data());
    }
    start().close();
    start().close(); // the guard is not mistaken for a journal
    try (FileSystem files =
        TestContext.open(new LocalfsPlugin(), context, Map.of("local_dir", data().toString()))) {
      assertErrno(Errno.EEXIST, () -> files.mkdir(Mount.path(".gptfs/journal"), 0755));
      assertErrno(Errno.ENOTDIR, () -> files.openDirectory(Mount.path(".gptfs/journal")).close());
    }
    assertThat(data().resolve(".gptfs/journal"))
        .content()
        .contains("restore the backup", "docs/operations.md");
  }

  private static void assertErrno(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  /** Version 0.1 then lost the rest of the segment, and sent the jobs in it again. */
  @Test
  void aDamagedEntryLosesOnlyThatEntry() throws Exception {
    Path journal = data().resolve(".gptfs/journal/00000001.journal");
    byte[] bytes = Files.readAllBytes(journal);
    ByteBuffer entries = ByteBuffer.wrap(bytes);
    int second = 8 + entries.getInt(0);
    int third = second + 8 + entries.getInt(second);
    bytes[third + 8 + 50] ^= 1; // in the first entry that is about a job
    Files.write(journal, bytes);
    try (FileSystem fs = start()) {
      Until.holds("waiting is completed", () -> state("waiting").equals("completed"));
      assertThat(fs.stat(Mount.path("inbox")).isDirectory()).isTrue();
      assertThat(prompts()).doesNotContain("one", "two", "first", "second", "umlauts", "refused");
    }
  }

  /**
   * Jobs that the outbox shows as answered are not paid for again, and their answers can still be
   * read.
   */
  @Test
  void promptsAnsweredInTheOutboxAreNotSentAgainIfTheDatabaseIsLost() throws Exception {
    try (FileSystem fs = start()) {
      for (String base : List.of("running", "waiting", "batch")) {
        Until.holds(base + " is completed", () -> state(base).equals("completed"));
      }
      assertThat(fs.stat(Mount.path("inbox")).isDirectory()).isTrue();
    }
    context.close();
    Files.write(data().resolve(".gptfs/jobs.db"), new byte[8192]);
    Files.writeString(data().resolve("inbox/twice.txt"), "third");
    model.bodies.clear();
    try (FileSystem fs = start()) {
      Until.holds("twice is new", () -> prompts().contains("third"));
      Until.holds("twice is completed", () -> state("twice").equals("completed"));
      Until.holds("failed was sent again", () -> prompts().contains("refused"));
      assertThat(prompts())
          .doesNotContain("one", "two", "umlauts", "patience", "never answered", "a line");
      assertThat(stats(fs)).contains("\"completed\" :");
      var waited = fs.open(Mount.path("wait/done"), OpenOptions.READ, 0);
      waited.close();
    }
    try (Stream<Path> files = Files.list(data().resolve(".gptfs"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.startsWith("jobs.db.damaged-"));
    }
  }

  @Test
  void aDatabaseOfANewerProgramIsRefused() throws Exception {
    start().close();
    int calls = model.calls();
    context.close();
    try (var connection =
            context
                .database(DatabaseSettings.file(data().resolve(".gptfs/jobs.db")))
                .getConnection();
        var statement = connection.createStatement()) {
      statement.execute("INSERT INTO warren_schema VALUES ('gptfs', 2, 0, 2)");
    }
    assertThatThrownBy(this::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gptfs's tables in version 2, and this program knows up to 1")
        .hasMessageContaining("use that one, or restore a backup");
    assertThat(model.calls()).isEqualTo(calls);
  }
}
