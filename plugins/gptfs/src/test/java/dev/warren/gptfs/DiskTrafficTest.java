package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.store.Files;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.Call;
import dev.warren.testkit.InterceptedDatabase;
import dev.warren.testkit.InterceptedFileSystem;
import dev.warren.testkit.Interceptor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Counts the disk operations of one job, on which throughput depends; no times are measured. */
class DiskTrafficTest {
  /** Records every operation on the inner file system. */
  private static final class Traffic implements Interceptor {
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    @Override
    public <T> T around(Call call, Body<T> body) throws FsException {
      calls.add(call);
      return body.run();
    }

    long count(Operation operation) {
      return calls.stream().filter(call -> call.operation() == operation).count();
    }
  }

  /** Records which states are committed so that they survive a power failure. */
  private static final class Commits implements InterceptedDatabase.Commits {
    private final List<String> synced = new CopyOnWriteArrayList<>();
    private final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void around(Connection connection, InterceptedDatabase.Commit commit)
        throws SQLException {
      try (Statement statement = connection.createStatement()) {
        String what =
            ask(
                statement,
                "SELECT group_concat(DISTINCT state) FROM gptfs_jobs WHERE source = 'p.txt'");
        all.add(what);
        if (ask(statement, "PRAGMA synchronous").equals("2")) {
          synced.add(what);
        }
      }
      commit.run();
    }

    private static String ask(Statement statement, String question) throws SQLException {
      try (ResultSet rows = statement.executeQuery(question)) {
        return rows.next() ? String.valueOf(rows.getString(1)) : "nothing";
      }
    }
  }

  private final Traffic traffic = new Traffic();
  private final Commits commits = new Commits();

  private void oneJob(String durability) throws Exception {
    try (FakeModel model = new FakeModel()) {
      Map<String, Object> config = Mount.config(model.url());
      config.put("durability", durability);
      MemoryFileSystem disk = new MemoryFileSystem();
      try (Mount mount =
          Mount.open(
              new InterceptedFileSystem(disk, traffic),
              TestDatabase.of(disk).with(commits),
              new ManualTimers(),
              config)) {
        mount.put("inbox/first.txt", "makes the directories");
        mount.clock().run();
        mount.awaitState("first", "completed");
        Until.holds("idle", () -> mount.stats().at("/queue/jobs").asInt() == 0);
        traffic.calls.clear();
        commits.synced.clear();
        commits.all.clear();
        mount.put("inbox/p.txt", "hi");
        mount.clock().run();
        mount.fs.open(Mount.path("wait/p"), OpenOptions.READ, 0).close();
      }
    }
  }

  @Test
  void aDurableJobWaitsForStableStorageEightTimes() throws Exception {
    oneJob("durable");
    List<String> synced =
        traffic.calls.stream()
            .filter(call -> call.operation() == Operation.FSYNC)
            .map(call -> call.path().toString().replaceAll("[0-9]+", "N"))
            .toList();
    assertThat(synced)
        .containsExactly(
            "/.gptfs/tmp/N", // the answer's text
            "/outbox/.rev",
            "/outbox",
            "/.gptfs/tmp/N", // the status
            "/outbox");
    assertThat(commits.synced).containsExactly("QUEUED", "ACTIVE", "ANSWERED");
  }

  @Test
  void directoriesOfTheFirstStartAreSynced() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    List<String> synced = new CopyOnWriteArrayList<>();
    Interceptor interceptor =
        new Interceptor() {
          @Override
          public <T> T around(Call call, Body<T> body) throws FsException {
            if (call.operation() == Operation.FSYNC) {
              synced.add(call.path() + " with " + Files.names(disk, VfsPath.ROOT));
            }
            return body.run();
          }
        };
    for (int i = 0; i < 2; i++) {
      Mount.open(
              new InterceptedFileSystem(disk, interceptor),
              TestDatabase.of(disk),
              Mount.config("http://127.0.0.1:1/v1/chat/completions"))
          .close();
    }
    assertThat(synced).hasSize(2);
    assertThat(synced.getFirst()).startsWith("/ with ").contains("inbox", "outbox");
    assertThat(synced.getLast()).startsWith("/.gptfs with "); // for DowngradeGuard
  }

  @Test
  void aRelaxedJobNeverDoes() throws Exception {
    oneJob("relaxed");
    assertThat(traffic.count(Operation.FSYNC)).isZero();
    assertThat(commits.synced).isEmpty();
    assertThat(commits.all).hasSizeLessThanOrEqualTo(8);
    assertThat(traffic.calls.size()).as("operations on the disk").isLessThanOrEqualTo(38);
  }

  @Test
  void aStartLooksAtEachWaitingJobOnceAndReadsNoRequest() throws Exception {
    int jobs = 1000;
    MemoryFileSystem disk = new MemoryFileSystem();
    try (FakeModel model = new FakeModel()) {
      try (Mount mount = Mount.open(disk, new ManualTimers(), Mount.config(model.url()))) {
        mount.ctl("pause");
        for (int i = 0; i < jobs; i++) {
          mount.put("inbox/p" + i + ".txt", "a question that is longer than what a job is called");
        }
        mount.clock().run();
        assertThat(mount.stats().at("/queue/waiting_calls").asInt()).isEqualTo(jobs);
      }
      CountDownLatch end = new CountDownLatch(1);
      model.answers(
          body -> {
            Until.released(end);
            return FakeModel.json(401, "{}");
          });
      try (Mount mount =
          Mount.open(
              new InterceptedFileSystem(disk, traffic),
              TestDatabase.of(disk),
              new ManualTimers(),
              Mount.config(model.url()))) {
        assertThat(mount.stats().at("/jobs/queued").asInt()).isGreaterThan(jobs - 4);
        assertThat(traffic.count(Operation.READ)).isLessThan(jobs + 50L);
        assertThat(traffic.calls.size()).isLessThan(jobs + 150);
        end.countDown();
      }
    }
  }
}
