package dev.warren.gptfs;

import static dev.warren.gptfs.Mount.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.store.Files;
import dev.warren.testkit.database.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that share the jobs of a PostgreSQL database, and the files of one file system. */
@Tag("slow")
class SharedJobsTest {
  private static final Duration LONG = SharedHosts.LONG;
  private static final Duration SHORT = SharedHosts.SHORT;

  @TempDir Path directory;
  private final CountDownLatch released = new CountDownLatch(1);
  private SharedHosts hosts;
  private FakeModel model;

  @BeforeEach
  void begin() throws Exception {
    hosts = new SharedHosts(directory);
    model = hosts.model;
  }

  @AfterEach
  void end() throws Exception {
    released.countDown();
    hosts.close();
  }

  /** Calls for some prompts end only when {@link #released} is counted down. */
  private void hold(Set<String> prompts) {
    model.answers(
        body -> {
          if (prompts.contains(FakeModel.prompt(body))) {
            Until.released(released);
          }
          return FakeModel.echo(body);
        });
  }

  @Test
  void aJobWithoutAWorkerOnOneHostRunsOnAnother() throws Exception {
    hold(Set.of("long"));
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/long.txt", "long");
    hosts.awaitCalls(1);
    Mount b = hosts.host(LONG, 1);
    for (int i = 0; i < 5; i++) {
      a.put("inbox/short" + i + ".txt", "short" + i);
    }
    for (int i = 0; i < 5; i++) {
      a.awaitState("short" + i, "completed");
      assertThat(b.text("outbox/short" + i + "_response.txt")).isEqualTo("re: short" + i);
    }
    assertThat(a.state("long")).isIn("pending", "processing");
    assertThat(b.stats().path("hosts")).hasSize(2);
    Until.holds( // the row is written after the status
        "all are counted", () -> a.stats().path("jobs").path("completed").asInt() == 5);
    assertThat(b.stats().path("jobs")).isEqualTo(a.stats().path("jobs"));
    released.countDown();
    assertThat(b.read("wait/long")).isEqualTo("re: long");
    assertThat(model.calls()).isEqualTo(6);
  }

  /** The call of the stopped host continues and returns, but its answer is never published. */
  @Test
  void answersOfAStoppedHostAreNotPublished() throws Exception {
    AtomicInteger call = new AtomicInteger();
    model.answers(
        body -> {
          int number = call.incrementAndGet();
          if (number == 1) {
            Until.released(released);
          }
          return FakeModel.text("answer " + number);
        });
    Mount stopped = hosts.host(LONG, 1);
    stopped.put("inbox/x.txt", "x");
    hosts.awaitCalls(1);
    Mount other = hosts.host(SHORT, 1);
    hosts.expire(stopped);
    other.awaitState("x", "completed");
    assertThat(other.text("outbox/x_response.txt")).isEqualTo("answer 2");
    assertThat(other.status("x").path("possible_duplicate").asBoolean()).isTrue();
    released.countDown();
    stopped.put("inbox/y.txt", "y"); // it is considered alive again
    assertThat(stopped.read("wait/y")).isEqualTo("answer 3");
    Until.holds(
        "the answer is discarded",
        () -> stopped.stats().path("since_start").path("discarded_results").asInt() == 1);
    assertThat(stopped.text("outbox/x_response.txt")).isEqualTo("answer 2");
    assertThat(other.status("x").path("attempts").asInt()).isEqualTo(2);
  }

  @Test
  void aWaitOnOneHostEndsWithTheJobOfAnother() throws Exception {
    hold(Set.of("long"));
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    a.put("inbox/long.txt", "long");
    hosts.awaitCalls(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> waiting = threads.submit(() -> b.read("wait/long"));
      released.countDown();
      assertThat(waiting.get()).isEqualTo("re: long");
    }
  }

  @Test
  void aFileRemovedOnOneHostIsCancelledOnAnother() throws Exception {
    hold(Set.of("unwanted"));
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    a.put("inbox/x.txt", "unwanted");
    hosts.awaitCalls(1);
    b.fs.unlink(path("inbox/x.txt"));
    a.awaitState("x", "cancelled");
    // The worker is free again before any response has arrived.
    Until.holds("idle", () -> a.stats().path("queue").path("running_calls").asInt() == 0);
    assertThat(a.stats().path("queue").path("jobs").asInt()).isZero();
  }

  /** Delays a status until the test releases it. */
  private final class SlowStatus extends ForwardingFileSystem {
    private final FileSystem files;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch written = new CountDownLatch(1);

    SlowStatus(FileSystem files) {
      super(files);
      this.files = files;
    }

    @Override
    public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
      if (to.name().endsWith("_status.json")
          && new String(Files.read(files, from, 10_000), StandardCharsets.UTF_8)
              .contains("\"processing\"")) {
        begun.countDown();
        Until.released(released);
        files.rename(from, to, replace);
        written.countDown();
      } else {
        files.rename(from, to, replace);
      }
    }
  }

  /** The last status is written by the other host, which does not yet know the newer state. */
  @Test
  void aStatusThatIsOutOfDateIsCorrected() throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    model.answers(
        body -> {
          Until.released(answers);
          return FakeModel.echo(body);
        });
    SlowStatus slow = new SlowStatus(hosts.files);
    Mount a = hosts.host(LONG, 1, _ -> slow);
    Mount b = hosts.host(LONG, 1);
    a.put("inbox/x.txt", "unwanted");
    Until.released(slow.begun);
    b.fs.unlink(path("inbox/x.txt"));
    b.awaitState("x", "cancelled");
    released.countDown();
    Until.released(slow.written);
    b.awaitState("x", "cancelled");
    answers.countDown();
  }

  /** Shows at once that a job is completed, and returns when the test releases it. */
  private final class SlowEnd extends ForwardingFileSystem {
    private final FileSystem files;
    private final CountDownLatch shown = new CountDownLatch(1);

    SlowEnd(FileSystem files) {
      super(files);
      this.files = files;
    }

    @Override
    public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
      files.rename(from, to, replace);
      if (to.name().endsWith("_status.json")
          && new String(Files.read(files, to, 10_000), StandardCharsets.UTF_8)
              .contains("\"completed\"")) {
        shown.countDown();
        Until.released(released);
      }
    }
  }

  /**
   * The host that has lost the job looks when the owner has not yet stored that it is completed.
   */
  @Test
  void aStatusIsNotCorrectedWhileTheOwnerPublishesTheAnswer() throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    model.answers(
        body -> {
          Until.released(answers);
          return FakeModel.echo(body);
        });
    Mount lost = hosts.manual(LONG, UnaryOperator.identity());
    lost.put("inbox/x.txt", "x");
    lost.clock().run();
    hosts.awaitCalls(1);
    SlowEnd slow = new SlowEnd(hosts.files);
    Mount owner = hosts.host(SHORT, 1, _ -> slow);
    Until.holds(
        "the other host owns the job",
        () -> {
          // Again and again: the host that counts as dead is alive, and may claim the job, too.
          hosts.ask(
              "UPDATE gptfs_hosts SET seen_at = 1, lease_until = 2 WHERE id <> '%s'"
                  .formatted(owner.host()));
          return hosts
              .ask("SELECT lease_owner FROM gptfs_jobs WHERE source = 'x.txt'")
              .equals(owner.host());
        });
    answers.countDown();
    Until.released(slow.shown);
    Until.holds(
        "the job is lost", () -> lost.stats().path("queue").path("running_calls").asInt() == 0);
    lost.clock().advance(Duration.ofSeconds(2));
    assertThat(owner.state("x")).isEqualTo("completed");
    released.countDown();
    Until.holds(
        "stored",
        () -> hosts.ask("SELECT state FROM gptfs_jobs WHERE source = 'x.txt'").equals("COMPLETED"));
    lost.clock().advance(Duration.ofSeconds(20));
    assertThat(owner.state("x")).isEqualTo("completed");
  }

  @Test
  void contentWrittenOnOneHostTakesOverTheJobOfAnother() throws Exception {
    hold(Set.of("old"));
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    a.put("inbox/x.txt", "old");
    hosts.awaitCalls(1);
    b.put("inbox/x.txt", "new");
    Until.holds("answered", () -> b.state("x").equals("completed"));
    released.countDown();
    assertThat(a.text("outbox/x_response.txt")).isEqualTo("re: new");
    assertThat(a.status("x").path("revision").asInt()).isEqualTo(2);
    assertThat(b.text("inbox/x.txt")).isEqualTo("new");
  }

  @Test
  void aFileRenamedOnOneHostKeepsItsJob() throws Exception {
    hold(Set.of("moved", "long"));
    Mount a = hosts.host(LONG, 1);
    a.put("inbox/long.txt", "long");
    hosts.awaitCalls(1);
    a.put("inbox/waiting.txt", "waits"); // this prompt waits for a worker
    Mount b = hosts.host(LONG, 1);
    b.awaitState("waiting", "completed");
    b.fs.rename(path("inbox/long.txt"), path("inbox/other.txt"), false);
    // The other host may just be writing that the job is processed, and corrects it a second later.
    Until.holds("the old status is removed", () -> !a.exists("outbox/long_status.json"));
    // Until that write is refused, it counts as the newer state of the job.
    Until.holds("the job is found under its new name", () -> a.exists("wait/other"));
    released.countDown();
    assertThat(a.read("wait/other")).isEqualTo("re: long");
    // The call was in flight on the other host, and is repeated.
    assertThat(b.status("other").path("possible_duplicate").asBoolean()).isTrue();
  }

  @Test
  void commandsApplyToAllHosts() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    a.ctl("pause");
    Until.holds("b pauses", () -> b.stats().path("paused").asBoolean());
    b.put("inbox/x.txt", "x");
    a.put("inbox/y.txt", "y");
    Until.holds("accepted", () -> b.stats().path("jobs").path("queued").asInt() == 2);
    assertThat(model.calls()).isZero();
    a.ctl("cancel x");
    b.awaitState("x", "cancelled");
    b.ctl("resume");
    assertThat(a.read("wait/y")).isEqualTo("re: y");
    a.ctl("drain");
    Until.holds("b drains", () -> b.stats().path("draining").asBoolean());
    assertThatThrownBy(() -> b.put("inbox/z.txt", "z")).isInstanceOf(FsException.class);
    b.ctl("resume");
    Until.holds("a takes again", () -> !a.stats().path("draining").asBoolean());
    b.ctl("retry x");
    assertThat(a.read("wait/x")).isEqualTo("re: x");
    a.ctl("purge");
    assertThat(b.names("outbox")).containsExactly(".rev");
    Mount late = hosts.host(LONG, 1);
    assertThat(late.stats().path("paused").asBoolean()).isFalse();
  }

  /**
   * Hosts are added and removed, some without a shutdown; each prompt is answered, and was sent
   * once or is flagged.
   */
  @Test
  void nothingIsLostWhereHostsComeAndGo() throws Exception {
    int jobs = 300;
    Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    model.answers(
        body -> {
          calls.computeIfAbsent(FakeModel.prompt(body), _ -> new AtomicInteger()).incrementAndGet();
          return FakeModel.echo(body);
        });
    Mount steady = hosts.host(SHORT, 2);
    Random random = new Random(7);
    Set<String> names = new TreeSet<>();
    Mount other = hosts.host(LONG, 2);
    for (int i = 0; i < jobs; i++) {
      String name = "d" + random.nextInt(5) + "/p" + i;
      if (!steady.exists("inbox/" + name.substring(0, 2))) {
        steady.fs.mkdir(path("inbox/" + name.substring(0, 2)), 0755);
      }
      (random.nextBoolean() ? steady : other).put("inbox/" + name + ".txt", name);
      names.add(name);
      if (i % 60 == 59) {
        if (i % 120 == 59) {
          hosts.hosts.remove(other);
          other.close();
          other = hosts.host(LONG, 2);
        } else {
          hosts.expire(other);
        }
      }
    }
    for (String name : names) {
      assertThat(steady.read("wait/" + name)).isEqualTo("re: " + name);
      if (calls.get(name).get() > 1) {
        assertThat(steady.status(name).path("possible_duplicate").asBoolean())
            .as(() -> name + ": " + Until.asked(() -> steady.status(name)))
            .isTrue();
      }
    }
    assertThat(steady.stats().path("jobs").path("completed").asInt()).isEqualTo(jobs);
    Until.holds(
        "no job has an owner",
        () ->
            hosts.ask("SELECT count(*) FROM gptfs_jobs WHERE lease_owner IS NOT NULL").equals("0"));
  }

  @Test
  void manyPromptsOfOneDirectoryDoNotStarveAnother() throws Exception {
    Mount a = hosts.host(LONG, 1);
    a.ctl("pause");
    a.fs.mkdir(path("inbox/many"), 0755);
    a.fs.mkdir(path("inbox/one"), 0755);
    for (int i = 0; i < 100; i++) {
      a.put("inbox/many/%03d.txt".formatted(i), "many");
    }
    a.put("inbox/one/x.txt", "one");
    Until.holds("accepted", () -> a.stats().path("jobs").path("queued").asInt() == 101);
    a.ctl("resume");
    assertThat(a.read("wait/one/x")).isEqualTo("re: one");
    List<String> order = model.bodies.stream().map(FakeModel::prompt).toList();
    assertThat(order.indexOf("one")).isBetween(0, 3);
  }

  @Test
  void jobsThatWaitForAnyHostCountOnAllHosts() throws Exception {
    hold(Set.of("long"));
    Map<String, ?> few = Map.of("workers", 1, "max_queued", 5);
    Mount a = hosts.host(LONG, few);
    Mount b = hosts.host(LONG, few);
    a.put("inbox/long0.txt", "long");
    b.put("inbox/long1.txt", "long");
    hosts.awaitCalls(2);
    Until.holds("refused on a", () -> isRefused(a));
    Until.holds("refused on b", () -> isRefused(b));
    released.countDown();
    Until.holds("taken again on b", () -> !isRefused(b));
    Until.holds("taken again on a", () -> !isRefused(a));
  }

  private static boolean isRefused(Mount host) throws FsException {
    try {
      host.put("inbox/n" + System.nanoTime() + ".txt", "next");
      return false;
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(Errno.EDQUOT);
      return true;
    }
  }

  @Test
  void aJobWhoseRowIsDamagedDoesNotBlockOthers() throws Exception {
    Mount a = hosts.host(LONG, 1);
    a.ctl("pause");
    for (String name : List.of("x", "y", "z")) {
      a.put("inbox/" + name + ".txt", name);
    }
    Until.holds("accepted", () -> a.stats().path("jobs").path("queued").asInt() == 3);
    assertThat(hosts.ask("UPDATE gptfs_jobs SET checksum = checksum + 1 WHERE source = 'x.txt'"))
        .isEqualTo("1");
    a.ctl("resume");
    assertThat(a.read("wait/y")).isEqualTo("re: y");
    assertThat(a.read("wait/z")).isEqualTo("re: z");
  }

  /** The host's own jobs are free, and it is the first host to claim them. */
  @Test
  void aHostThatWasConsideredDeadClaimsItsFormerJobsAgain() throws Exception {
    AtomicInteger call = new AtomicInteger();
    model.answers(
        body -> {
          int number = call.incrementAndGet();
          if (number == 1) {
            Until.released(released);
          }
          return FakeModel.text("answer " + number);
        });
    Mount a = hosts.host(LONG, 2);
    a.put("inbox/x.txt", "x");
    hosts.awaitCalls(1);
    hosts.ask(
        "UPDATE gptfs_jobs SET lease_owner = NULL, fence = fence + 1 WHERE lease_owner = '%s'"
            .formatted(a.host()));
    hosts.ask("SELECT pg_notify('warren', 'gptfs work')");
    assertThat(a.read("wait/x")).isEqualTo("answer 2");
    assertThat(a.status("x").path("possible_duplicate").asBoolean()).isTrue();
    released.countDown();
    Until.holds("its place is free", () -> a.stats().path("queue").path("jobs").asInt() == 0);
    assertThat(a.text("outbox/x_response.txt")).isEqualTo("answer 2");
  }

  @Test
  void whatAnEndpointTellsOneHostAppliesToAll() throws Exception {
    Mount a = hosts.host(LONG, 2);
    Mount b = hosts.host(LONG, 2);
    model.answers(_ -> FakeModel.json(429, "{}", "Retry-After", "3600"));
    a.put("inbox/x.txt", "x");
    Until.holds("paused on b", () -> !closedUntil(b).isEmpty());
    assertThat(closedUntil(a)).isNotEmpty();
    int calls = model.calls();
    b.put("inbox/y.txt", "y");
    Until.holds("y waits", () -> b.state("y").equals("pending"));
    Mount late = hosts.host(LONG, 2);
    Until.holds("paused on one that comes later", () -> !closedUntil(late).isEmpty());
    assertThat(model.calls()).isEqualTo(calls);
    model.answers(FakeModel::echo);
    b.ctl("resume");
    assertThat(a.read("wait/x")).isEqualTo("re: x");
    assertThat(late.read("wait/y")).isEqualTo("re: y");
    Until.holds("open on a", () -> closedUntil(a).isEmpty());
  }

  @Test
  void anEndpointThatRefusesTheKeyIsHeldOnAllHosts() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    model.answers(_ -> FakeModel.json(401, "{\"error\":{\"message\":\"bad key\"}}"));
    a.put("inbox/x.txt", "x");
    Until.holds("held on both", () -> !held(a).isEmpty() && !held(b).isEmpty());
    model.answers(FakeModel::echo);
    a.ctl("resume");
    assertThat(b.read("wait/x")).isEqualTo("re: x");
    Until.holds("free on b", () -> held(b).isEmpty());
  }

  private static String closedUntil(Mount host) throws FsException {
    return host.stats().path("endpoints").path("default").path("closed_until").asString("");
  }

  private static String held(Mount host) throws FsException {
    return host.stats().path("endpoints").path("default").path("held").asString("");
  }

  @Test
  void aServerThatIsRestartedCostsNothingButTime() throws Exception {
    try (PostgresServer server = PostgresServer.startOwn()) {
      hosts.database = SharedHosts.settings(server.database());
      Mount a = hosts.host(SHORT, 2);
      Mount b = hosts.host(SHORT, 2);
      List<String> accepted = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20; i++) {
          String name = "r" + round + "n" + i;
          Mount host = i % 2 == 0 ? a : b;
          Until.holds(
              "accepted",
              () -> {
                try {
                  host.put("inbox/" + name + ".txt", name);
                  return true;
                } catch (FsException e) {
                  assertThat(e.errno()).isEqualTo(Errno.EIO);
                  return false;
                }
              });
          accepted.add(name);
          if (i == 10) {
            server.stop();
            server.start();
          }
        }
      }
      List<OpenFile> cut =
          List.of(
              a.open("inbox/cut1.txt", OpenOptions.WRITE.withCreate()),
              a.open("inbox/cut2.txt", OpenOptions.WRITE.withCreate()));
      server.stop();
      // The second write is made when the connection is known to be lost.
      for (OpenFile file : cut) {
        assertThatThrownBy(() -> Mount.write(file, "in bounded time", 0))
            .isInstanceOfSatisfying(
                FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
      }
      server.start();
      cut.forEach(file -> file.abort(new FsException(Errno.EIO)));
      for (String name : accepted) {
        Until.holds(name, () -> a.state(name).equals("completed"));
        assertThat(b.text("outbox/" + name + "_response.txt")).isEqualTo("re: " + name);
      }
      for (Mount host : hosts.hosts) {
        host.close();
      }
      hosts.hosts.clear();
    }
  }
}
