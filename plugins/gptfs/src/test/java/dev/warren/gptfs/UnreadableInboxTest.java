package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.TimeChange;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.FaultyFileSystem;
import dev.warren.testkit.TestFiles;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file, directory or row that cannot be read affects its own jobs, and not the next start. */
class UnreadableInboxTest {
  private final MemoryFileSystem disk = new MemoryFileSystem();
  private final FaultyFileSystem files = new FaultyFileSystem(disk);
  private FakeModel model;
  private Map<String, Object> config;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    config = Mount.config(model.url());
  }

  @AfterEach
  void close() {
    model.close();
  }

  private Mount open() throws Exception {
    return Mount.open(files, TestDatabase.of(disk), config);
  }

  private Mount openWithManualClock() throws Exception {
    return Mount.open(files, TestDatabase.of(disk), new ManualTimers(), config);
  }

  private void fail(Operation operation, String path) {
    files.fail(operation, Mount.path(path), Errno.EACCES);
  }

  private static void assertWorks(Mount mount) throws Exception {
    mount.put("inbox/other.txt", "other");
    assertThat(mount.read("wait/other")).isEqualTo("re: other");
  }

  private static void assertUnreadable(Mount mount, String base) throws Exception {
    mount.awaitState(base, "failed");
    assertThat(mount.status(base).at("/error/class").asString()).isEqualTo("unreadable");
    assertThat(mount.status(base).path("message").asString()).contains("the file cannot be read: ");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5000})
  void aFileThatCannotBeOpened(int length) throws Exception {
    open().close();
    TestFiles.write(disk, Mount.path("inbox/p.txt"), "p".repeat(length));
    fail(Operation.OPEN, "inbox/p.txt");
    try (Mount mount = open()) {
      assertWorks(mount);
      assertUnreadable(mount, "p");
      files.heal();
      mount.ctl("retry --failed");
      mount.awaitState("p", "completed");
    }
  }

  @Test
  void aFileThatCannotBeOpenedWhenItIsClosed() throws Exception {
    try (Mount mount = open()) {
      files.fail(call -> call.is(Operation.READ, Mount.path("inbox/p.txt")), Errno.EIO);
      mount.put("inbox/p.txt", "hi");
      assertUnreadable(mount, "p");
    }
  }

  private void waitingIn(String directory) throws Exception {
    try (Mount mount = open()) {
      mount.ctl("pause");
      mount.fs.mkdir(Mount.path(directory), 0755);
      mount.put(directory + "/a.txt", "a");
      // Not the count of accepted jobs, which is ahead of the database.
      Until.holds("accepted", () -> isQueued(mount, directory.replace("inbox/", "") + "/a"));
    }
  }

  private static boolean isQueued(Mount mount, String base) throws Exception {
    return !mount.state(base).equals("none") && mount.status(base).path("queued_at").isString();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theJobsInADirectoryThatCannotBeListedContinue(boolean filesToo) throws Exception {
    waitingIn("inbox/d");
    fail(Operation.OPENDIR, "inbox/d");
    if (filesToo) {
      fail(Operation.STAT, "inbox/d/a.txt");
      fail(Operation.OPEN, "inbox/d/a.txt");
    }
    try (Mount mount = open()) {
      assertWorks(mount);
      mount.awaitState("d/a", "completed");
      assertThat(mount.text("outbox/d/a_response.txt")).isEqualTo("re: a");
    }
  }

  /** Any client can change the mode of the inbox. */
  @Test
  void theJobsInAnInboxThatCannotBeListedContinue() throws Exception {
    waitingIn("inbox/d");
    fail(Operation.OPENDIR, "inbox");
    try (Mount mount = open()) {
      mount.awaitState("d/a", "completed");
      assertWorks(mount);
    }
  }

  @Test
  void anInboxOnAFailedDiskIsNotOpened() throws Exception {
    waitingIn("inbox/d");
    files.fail(Operation.OPENDIR, Mount.path("inbox"), Errno.EIO);
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
  }

  @Test
  void aDirectoryThatCannotBeListedDoesNotStopTheOthersOfARename() throws Exception {
    try (Mount mount = open()) {
      for (String directory : List.of("inbox/.d", "inbox/.d/bad", "inbox/.d/good")) {
        mount.fs.mkdir(Mount.path(directory), 0755);
      }
      mount.put("inbox/.d/good/a.txt", "a");
      fail(Operation.OPENDIR, "inbox/d/bad");
      mount.fs.rename(Mount.path("inbox/.d"), Mount.path("inbox/d"), false);
      assertThat(mount.read("wait/d/good/a")).isEqualTo("re: a");
    }
  }

  @Test
  void aFileInADirectoryThatCannotBeListedSettles() throws Exception {
    settlingIn("inbox/d");
    fail(Operation.OPENDIR, "inbox/d");
    try (Mount mount = openWithManualClock()) {
      mount.clock().advance(Duration.ofSeconds(10));
      mount.awaitState("d/a", "completed");
    }
  }

  @Test
  void aFileThatCannotBeFoundOutAboutFails() throws Exception {
    settlingIn("inbox/d");
    fail(Operation.OPENDIR, "inbox/d");
    fail(Operation.STAT, "inbox/d/a.txt");
    try (Mount mount = openWithManualClock()) {
      assertUnreadable(mount, "d/a");
      assertThat(mount.stats().at("/queue/jobs").asInt()).isZero();
    }
  }

  private void settlingIn(String directory) throws Exception {
    config.put("settle", "10s");
    try (Mount mount = openWithManualClock()) {
      mount.fs.mkdir(Mount.path(directory), 0755);
      mount.put(directory + "/a.txt", "a");
      assertThat(mount.state("d/a")).isEqualTo("pending");
    }
  }

  @Test
  void anIncompleteFileStaysIncomplete() throws Exception {
    Mount mount = openWithManualClock();
    Mount.write(mount.open("inbox/p.txt", OpenOptions.REPLACE), "half", 0);
    mount.close();
    fail(Operation.STAT, "inbox/p.txt");
    openWithManualClock().close();
    files.heal();
    try (Mount next = openWithManualClock()) {
      next.clock().advance(Duration.ofMinutes(1));
      assertThat(next.stats().path("incomplete").path(0).asString()).isEqualTo("inbox/p.txt");
      assertThat(model.calls()).isZero();
    }
  }

  @Test
  void theAnswerToAFileThatCannotBeComparedIsKept() throws Exception {
    try (Mount mount = open()) {
      mount.put("inbox/p.txt", "hi");
      mount.awaitState("p", "completed");
    }
    TimeChange touched = TimeChange.to(1, 0);
    disk.setAttributes(
        Mount.path("inbox/p.txt"), AttributeChanges.NONE.withTimes(touched, touched));
    fail(Operation.OPEN, "inbox/p.txt");
    try (Mount mount = open()) {
      assertWorks(mount);
      assertThat(mount.state("p")).isEqualTo("completed");
      assertThat(mount.text("outbox/p_response.txt")).isEqualTo("re: hi");
    }
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void aRowThatCannotBeDecodedConcernsOnlyItsJob() throws Exception {
    try (Mount mount = open()) {
      mount.ctl("pause");
      for (String name : new String[] {"p", "q"}) {
        mount.put("inbox/" + name + ".txt", name);
      }
      Until.holds("accepted", () -> isQueued(mount, "p") && isQueued(mount, "q"));
    }
    spoilRowOf("p.txt");
    try (Mount mount = open()) {
      assertWorks(mount);
      mount.awaitState("q", "completed");
    }
    assertThat(model.bodies).extracting(FakeModel::prompt).containsExactlyInAnyOrder("other", "q");
  }

  private void spoilRowOf(String source) throws Exception {
    byte[] description = "no JSON".getBytes(StandardCharsets.UTF_8);
    CRC32C checksum = new CRC32C();
    checksum.update(description);
    TestDatabase database = TestDatabase.of(disk);
    try (Connection connection = database.open().getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE gptfs_jobs SET description = ?, checksum = ? WHERE source = ?")) {
      update.setBytes(1, description);
      update.setLong(2, checksum.getValue());
      update.setString(3, source);
      assertThat(update.executeUpdate()).isEqualTo(1);
    } finally {
      database.close();
    }
  }
}
