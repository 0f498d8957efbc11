package dev.warren.gptfs.store;

import static dev.warren.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.gptfs.store.JobStore.Promise;
import dev.warren.gptfs.store.JobStore.Row;
import dev.warren.testkit.InterceptedDatabase;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database of jobs: guarantees, shared commits, failing disks. */
class DatabaseStoreTest {
  private static final int FULL = 13;
  private static final int IO_ERROR = 10;

  @TempDir Path directory;
  private final AtomicReference<String> unable = new AtomicReference<>();
  private TestContext context;

  @BeforeEach
  void begin() {
    context = TestContext.in(directory);
  }

  @AfterEach
  void end() {
    context.close();
  }

  private DataSource database() throws IOException {
    return context.database(DatabaseSettings.file(directory.resolve("jobs.db")));
  }

  private JobStore open() throws IOException {
    return open(database(), true);
  }

  private JobStore open(DataSource database, boolean durable) throws IOException {
    return DatabaseStore.open(
        database, false, durable, unable::set, System.getLogger("store-test"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Row row(String id, String description) {
    return new Row(
        id,
        id + ".txt",
        id,
        "QUEUED",
        false,
        true,
        null,
        false,
        0,
        1,
        false,
        false,
        false,
        bytes(description));
  }

  private static Row ended(String id, Instant finished, boolean seen, long bytes) {
    byte[] description = bytes(id + " ended");
    return new Row(
        id,
        id + ".txt",
        id,
        "COMPLETED",
        true,
        true,
        finished,
        seen,
        bytes,
        1,
        false,
        false,
        false,
        description);
  }

  private static void save(JobStore store, String id, String description, Promise promise)
      throws FsException {
    store.save(row(id, description), Map.of(), false, promise, JobStore.SOLE);
  }

  private static List<String> jobs(JobStore store) throws FsException {
    return store.open().stream().map(job -> new String(job, UTF_8)).sorted().toList();
  }

  @Test
  void theNewestStateSurvivesAnyNumberOfRestarts() throws Exception {
    Map<String, String> descriptions = new HashMap<>();
    Map<String, String> requests = new HashMap<>();
    Random random = new Random(3);
    long largest = 0;
    for (int round = 0; round < 5; round++) {
      try (JobStore store = open()) {
        store.unfinished("half/written.txt", true);
        for (int i = 0; i < 400; i++) {
          String id = "job" + random.nextInt(20);
          if (random.nextInt(10) == 0) {
            store.delete(id, JobStore.SOLE);
            descriptions.remove(id);
            requests.remove(id);
          } else {
            String description = id + " " + round + " " + i;
            boolean withRequest = random.nextBoolean();
            String request = "request of " + description + "x".repeat(random.nextInt(50));
            store.save(
                row(id, description),
                withRequest ? Map.of(JobStore.REQUEST, bytes(request)) : Map.of(),
                false,
                Promise.LATER,
                JobStore.SOLE);
            descriptions.put(id, description);
            if (withRequest) {
              requests.put(id, request);
            }
          }
        }
        store.unfinished("sync", true);
        store.unfinished("sync", false);
        largest = Math.max(largest, store.size());
      }
      try (JobStore store = open()) {
        assertThat(jobs(store))
            .containsExactlyElementsOf(descriptions.values().stream().sorted().toList());
        for (String id : descriptions.keySet()) {
          byte[] request = store.read(id, JobStore.REQUEST);
          assertThat(request == null ? null : new String(request, UTF_8))
              .isEqualTo(requests.get(id));
        }
        assertThat(store.unfinished()).containsExactly("half/written.txt");
      }
    }
    assertThat(largest).as("of all that was written").isLessThan(200_000);
  }

  @Test
  void largePartsAreReadInPieces() throws Exception {
    byte[] large = new byte[5 * Statements.PIECE + 7];
    new Random(1).nextBytes(large);
    try (JobStore store = open()) {
      store.save(
          row("a", "a"), Map.of(JobStore.REQUEST, large), true, Promise.POWER, JobStore.SOLE);
      assertThat(store.read("a", JobStore.REQUEST)).isEqualTo(large);
      for (int[] piece :
          new int[][] {
            {0, 1},
            {0, large.length},
            {Statements.PIECE - 1, 2},
            {Statements.PIECE, Statements.PIECE},
            {large.length - 9, 9},
            {3, 0}
          }) {
        assertThat(store.read("a", JobStore.REQUEST, piece[0], piece[1]))
            .isEqualTo(java.util.Arrays.copyOfRange(large, piece[0], piece[0] + piece[1]));
      }
      assertThatThrownBy(() -> store.read("a", JobStore.REQUEST, large.length - 9, 10))
          .isInstanceOf(FsException.class);
      assertThatThrownBy(() -> store.read("a", JobStore.ANSWER, 0, 1))
          .isInstanceOf(FsException.class);
      assertThat(store.read("a", JobStore.ANSWER)).isNull();
      store.savePart("a", JobStore.ANSWER, new byte[0], JobStore.SOLE);
      assertThat(store.read("a", JobStore.ANSWER)).isEmpty();
      store.savePart("a", JobStore.FIRST_LINE + 4, bytes("four"), JobStore.SOLE);
      store.savePart("a", JobStore.FIRST_LINE + 4, bytes("again"), JobStore.SOLE);
      assertThat(store.parts("a"))
          .containsExactly(JobStore.REQUEST, JobStore.ANSWER, JobStore.FIRST_LINE + 4);
      store.save(
          row("a", "b"), Map.of(JobStore.ANSWER, bytes("x")), true, Promise.POWER, JobStore.SOLE);
      assertThat(store.parts("a")).containsExactly(JobStore.ANSWER);
      store.delete("a", JobStore.SOLE);
      store.unfinished("waits", true);
      assertThat(store.parts("a")).isEmpty();
    }
  }

  @Test
  void endedJobsAreFoundAndCountedWithoutBeingLoaded() throws Exception {
    Instant now = Instant.ofEpochSecond(1_000_000);
    Instant later = now.plusSeconds(100);
    try (JobStore store = open()) {
      for (int i = 0; i < 10; i++) {
        store.save(
            ended("e" + i, now.plusSeconds(i), i == 2, 100),
            Map.of(),
            true,
            Promise.LATER,
            JobStore.SOLE);
      }
      save(store, "open", "open", Promise.PROCESS);
      assertThat(jobs(store)).containsExactly("open");
      assertThat(store.ended()).containsExactly(Map.entry("COMPLETED", 10L));
      assertThat(store.ended("COMPLETED", "")).hasSize(10);
      assertThat(store.ended("FAILED", "")).isEmpty();
      assertThat(store.bySource("e3.txt")).isEqualTo(bytes("e3 ended"));
      assertThat(store.byBase("e4")).isEqualTo(bytes("e4 ended"));
      assertThat(store.byId("e5")).isEqualTo(bytes("e5 ended"));
      assertThat(store.bySource("none")).isNull();
      assertThat(store.surplus(new JobStore.Bounds(8, Long.MAX_VALUE, Instant.EPOCH, later), 99))
          .containsExactly("e0.txt", "e1.txt");
      assertThat(store.surplus(new JobStore.Bounds(99, 350, Instant.EPOCH, later), 99)).hasSize(7);
      assertThat(store.surplus(new JobStore.Bounds(99, 9999, now.plusSeconds(4), later), 99))
          .hasSize(4);
      assertThat(store.surplus(new JobStore.Bounds(0, 0, Instant.EPOCH, later), 3)).hasSize(3);
      Instant unread = now.plusSeconds(1); // unread jobs are kept from here on
      assertThat(store.surplus(new JobStore.Bounds(0, 0, Instant.EPOCH, unread), 99))
          .containsExactly("e0.txt", "e2.txt");
      assertThat(store.surplus(new JobStore.Bounds(7, 9999, Instant.EPOCH, unread), 99))
          .containsExactly("e0.txt", "e2.txt");
      assertThat(store.surplus(new JobStore.Bounds(8, 9999, Instant.EPOCH, unread), 99))
          .containsExactly("e0.txt");
      assertThat(store.surplus(new JobStore.Bounds(0, 0, unread.plusSeconds(1), unread), 99))
          .containsExactly("e0.txt", "e1.txt", "e2.txt");
    }
  }

  @Test
  void aFileIsSubmittedAndNoLongerMarkedInOneTransaction() throws Exception {
    try (JobStore store = open()) {
      store.unfinished("a.txt", true);
      store.unfinished("b.txt", true);
      store.save(row("a", "settling").completed(), Map.of(), false, Promise.PROCESS, JobStore.SOLE);
      assertThat(store.unfinished()).containsExactly("b.txt");
    }
  }

  @Test
  void onlyNamesBelowADirectoryAreFoundBelowIt() throws Exception {
    try (JobStore store = open()) {
      for (String source : List.of("a/x", "a/b/y", "a.txt", "a0", "a_/z", "a", "A/x", "a%/q")) {
        store.save(
            new Row(
                source,
                source,
                null,
                "PURGED",
                true,
                true,
                null,
                false,
                0,
                0,
                false,
                false,
                false,
                bytes(source)),
            Map.of(),
            false,
            Promise.PROCESS,
            JobStore.SOLE);
      }
      assertThat(store.below("a").stream().map(one -> new String(one, UTF_8)))
          .containsExactlyInAnyOrder("a/x", "a/b/y");
      assertThat(store.below("a_").stream().map(one -> new String(one, UTF_8)))
          .containsExactly("a_/z");
      assertThat(store.ended("PURGED", "a")).containsExactlyInAnyOrder("a/x", "a/b/y");
      assertThat(store.baseBelow("a", _ -> true)).as("they have no names").isNull();
    }
  }

  @Test
  void aFlippedBitIsNoticed() throws Exception {
    try (JobStore store = open()) {
      save(store, "a", "first", Promise.POWER);
      save(store, "b", "second", Promise.POWER);
      store.savePart("a", JobStore.ANSWER, bytes("the answer"), JobStore.SOLE);
    }
    try (Connection connection = database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE gptfs_jobs SET description = x'7365636f6e65' WHERE id = 'b'");
      statement.execute("UPDATE gptfs_parts SET content = x'00' WHERE job = 'a'");
    }
    try (JobStore store = open()) {
      assertThat(jobs(store)).containsExactly("first");
      assertThatThrownBy(() -> store.read("a", JobStore.ANSWER))
          .isInstanceOf(FsException.class)
          .hasMessageContaining("damaged");
    }
  }

  /** Makes commits fail while it is switched on, with an SQLite error code. */
  private record Failing(int code, AtomicBoolean on) implements InterceptedDatabase.Commits {
    @Override
    public void around(Connection connection, InterceptedDatabase.Commit commit)
        throws SQLException {
      if (on.get()) {
        throw new SQLException("the disk says no", "", code);
      }
      commit.run();
    }
  }

  @Test
  void afterADiskFailureNothingIsAccepted() throws Exception {
    AtomicBoolean on = new AtomicBoolean();
    try (JobStore store =
        open(InterceptedDatabase.around(database(), new Failing(IO_ERROR, on)), true)) {
      save(store, "a", "first", Promise.POWER);
      on.set(true);
      assertThatThrownBy(() -> save(store, "b", "second", Promise.POWER))
          .isInstanceOf(FsException.class);
      on.set(false);
      await().until(() -> unable.get() != null);
      assertThatThrownBy(() -> save(store, "c", "third", Promise.PROCESS))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
      assertThatThrownBy(() -> save(store, "c", "third", Promise.LATER))
          .isInstanceOf(FsException.class);
      assertThat(jobs(store)).contains("first");
      assertThat(unable.get())
          .contains("the database of jobs has failed", "mount gptfs again")
          .contains("says no");
    }
  }

  /** Clients get an error if there is no space; a step that was paid for waits for space. */
  @Test
  void aFullDiskRefusesClientsAndKeepsEverythingElseUntilThereIsSpace() throws Exception {
    AtomicBoolean on = new AtomicBoolean();
    try (JobStore store =
            open(InterceptedDatabase.around(database(), new Failing(FULL, on)), true);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      save(store, "a", "first", Promise.POWER);
      on.set(true);
      save(store, "b", "a note", Promise.LATER);
      Future<?> paid =
          threads.submit(
              () -> {
                store.save(
                    row("c", "answered"),
                    Map.of(JobStore.ANSWER, bytes("dear")),
                    false,
                    Promise.POWER,
                    JobStore.SOLE);
                return null;
              });
      await().until(() -> unable.get() != null);
      assertThat(unable.get()).contains("for now");
      assertThatThrownBy(() -> store.unfinished("upload.txt", true))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
      assertThatThrownBy(() -> save(store, "d", "settling", Promise.PROCESS))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
      assertThat(paid.isDone()).isFalse();
      on.set(false);
      paid.get();
      await().until(() -> unable.get() == null);
      store.unfinished("upload.txt", true);
      assertThat(store.read("c", JobStore.ANSWER)).isEqualTo(bytes("dear"));
      assertThat(jobs(store)).containsExactly("a note", "answered", "first");
    }
  }

  @Test
  void aStoreThatIsClosedWhileThereIsNoSpaceDoesNotHang() throws Exception {
    AtomicBoolean on = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      JobStore store = open(InterceptedDatabase.around(database(), new Failing(FULL, on)), true);
      on.set(true);
      Future<?> waiting =
          threads.submit(
              () -> {
                save(store, "a", "answered", Promise.POWER);
                return null;
              });
      await().until(() -> unable.get() != null);
      store.close();
      assertThatThrownBy(waiting::get).hasCauseInstanceOf(FsException.class);
      assertThatThrownBy(() -> save(store, "b", "late", Promise.LATER))
          .isInstanceOf(FsException.class);
    }
  }

  @Test
  void aStepThatFailsDoesNotAffectOthers() throws Exception {
    try (JobStore store = open()) {
      assertThatThrownBy(
              () -> store.savePart("nobody", JobStore.ANSWER, bytes("lost"), JobStore.SOLE))
          .isInstanceOf(FsException.class);
      save(store, "a", "first", Promise.POWER);
      assertThat(jobs(store)).containsExactly("first");
    }
  }

  @Test
  void manyStepsShareACommit() throws Exception {
    int steps = 500;
    AtomicInteger commits = new AtomicInteger();
    List<Thread> saving = new CopyOnWriteArrayList<>();
    AtomicBoolean armed = new AtomicBoolean();
    InterceptedDatabase.Commits slow =
        (_, commit) -> {
          if (armed.get() && commits.incrementAndGet() == 1) {
            awaitWaiting(saving, steps);
          }
          commit.run();
        };
    try (JobStore store = open(InterceptedDatabase.around(database(), slow), true)) {
      armed.set(true);
      List<FutureTask<Void>> all = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        String id = "j" + i;
        FutureTask<Void> one =
            new FutureTask<>(
                () -> {
                  save(store, id, "x", Promise.POWER);
                  return null;
                });
        all.add(one);
        Thread thread = Thread.ofVirtual().unstarted(one);
        saving.add(thread);
        thread.start();
      }
      for (Future<Void> one : all) {
        one.get();
      }
      // One commit for the first step, during which the other steps arrive, and one for all of
      // those.
      assertThat(commits.get()).isBetween(1, 2);
      assertThat(jobs(store)).hasSize(steps);
    }
  }

  /** Waits until this number of threads waits for the commit of what they have saved. */
  private static void awaitWaiting(List<Thread> threads, int count) {
    try {
      await()
          .until(
              () ->
                  threads.stream().filter(one -> one.getState() == Thread.State.WAITING).count()
                      == count);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void relaxedNeverSyncs() throws Exception {
    List<String> modes = new CopyOnWriteArrayList<>();
    AtomicBoolean armed = new AtomicBoolean();
    InterceptedDatabase.Commits recording =
        (connection, commit) -> {
          if (armed.get()) {
            try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA synchronous")) {
              modes.add(rows.getString(1));
            }
          }
          commit.run();
        };
    try (JobStore store = open(InterceptedDatabase.around(database(), recording), false)) {
      armed.set(true);
      for (int i = 0; i < 50; i++) {
        save(store, "a", "description " + i, Promise.POWER);
      }
    }
    assertThat(modes).isNotEmpty().containsOnly("1");
    try (Connection connection = database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA synchronous")) {
      assertThat(rows.getString(1)).as("for the next user of the pool").isEqualTo("2");
    }
  }

  @Test
  void aDamagedDatabaseLosesOnlyItsContents() throws Exception {
    try (JobStore store = open()) {
      save(store, "a", "first", Promise.POWER);
    }
    context.close();
    Path file = directory.resolve("jobs.db");
    Files.write(file, new byte[8192]);
    try (JobStore store =
        open(context.database(DatabaseSettings.file(file).asReplaceable()), true)) {
      assertThat(jobs(store)).isEmpty();
      save(store, "b", "second", Promise.POWER);
      assertThat(jobs(store)).containsExactly("second");
    }
    try (var files = Files.list(directory)) {
      assertThat(files.map(one -> one.getFileName().toString()))
          .anyMatch(name -> name.startsWith("jobs.db.damaged-"));
    }
  }
}
