package dev.warren.gptfs;

import static dev.warren.gptfs.Mount.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the inbox that several hosts write. */
@Tag("slow")
class SharedWritesTest {
  private static final Duration LONG = SharedHosts.LONG;
  private static final Duration SHORT = SharedHosts.SHORT;

  @TempDir Path directory;
  private final CountDownLatch released = new CountDownLatch(1);

  /** What another host does next: see {@link Overtaken}. */
  private final AtomicReference<@Nullable Step> next = new AtomicReference<>();

  private final List<String> marks = new ArrayList<>();
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

  @Test
  void aFileThatOneHostWritesIsNotRenamedOnAnother() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    OpenFile half = a.open("inbox/x.txt", OpenOptions.REPLACE);
    Mount.write(half, "half", 0);
    for (String directory : List.of("inbox/y.txt", "inbox/z.txt")) {
      assertThatThrownBy(() -> b.fs.rename(path("inbox/x.txt"), path(directory), false))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
    }
    Mount.write(half, " and whole", 4);
    half.close();
    assertThat(b.read("wait/x")).isEqualTo("re: half and whole");
    b.fs.rename(path("inbox/x.txt"), path("inbox/y.txt"), false);
  }

  /** A host that closes a file does not affect another one that still writes it. */
  @Test
  void aFileThatTwoHostsWriteIsSentOnceBothHaveClosedIt() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    OpenFile first = a.open("inbox/x.txt", OpenOptions.REPLACE);
    Mount.write(first, "first", 0);
    OpenFile second = b.open("inbox/x.txt", OpenOptions.REPLACE);
    Mount.write(second, "second", 0);
    second.close();
    // The transaction that submits the file removes this host's mark, and no other.
    assertThat(hosts.ask("SELECT host FROM gptfs_unfinished")).isEqualTo(a.host());
    first.close();
    assertThat(hosts.ask("SELECT count(*) FROM gptfs_unfinished")).isEqualTo("0");
    assertThat(a.read("wait/x")).isEqualTo("re: " + b.text("inbox/x.txt"));
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void aFileWhoseUploadWasInterruptedIsUploadedToAnotherHost() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    OpenFile half = a.open("inbox/x.txt", OpenOptions.REPLACE);
    Mount.write(half, "half", 0);
    half.abort(new FsException(Errno.EIO));
    assertThat(hosts.ask("SELECT count(*) FROM gptfs_unfinished")).isEqualTo("1");
    b.put("inbox/x.txt", "whole");
    assertThat(b.read("wait/x")).isEqualTo("re: whole");
    assertThat(hosts.ask("SELECT count(*) FROM gptfs_unfinished")).isEqualTo("0");
  }

  @Test
  void anInterruptedUploadThatIsRenamedIsUploadedToAnotherHost() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    a.fs.mkdir(path("inbox/d"), 0755);
    OpenFile half = a.open("inbox/d/x.txt", OpenOptions.REPLACE);
    Mount.write(half, "half", 0);
    half.abort(new FsException(Errno.EIO));
    a.fs.rename(path("inbox/d/x.txt"), path("inbox/d/y.txt"), false);
    a.fs.rename(path("inbox/d"), path("inbox/e"), false);
    assertThat(hosts.ask("SELECT path FROM gptfs_unfinished")).isEqualTo("e/y.txt");
    b.put("inbox/e/y.txt", "whole");
    assertThat(b.read("wait/e/y")).isEqualTo("re: whole");
  }

  /** The first host dies during the upload, the second one while the repeated upload settles. */
  @Test
  void aFileIsSentAlthoughTwoHostsToWhichItWasUploadedHaveDied() throws Exception {
    Mount b = hosts.host(LONG, Map.of("settle", "10m"));
    Mount c = hosts.host(SHORT, 1);
    b.put("inbox/x.txt", "whole");
    assertThat(hosts.ask("INSERT INTO gptfs_unfinished (path, host) VALUES ('x.txt', '')"))
        .isEqualTo("1");
    hosts.expire(b);
    assertThat(c.read("wait/x")).isEqualTo("re: whole");
    assertThat(hosts.ask("SELECT count(*) FROM gptfs_unfinished")).isEqualTo("0");
  }

  @Test
  void aFileIsSentAlthoughAClientThatWasAlsoWritingItIsLost() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    OpenFile first = a.open("inbox/x.txt", OpenOptions.REPLACE);
    Mount.write(first, "first", 0);
    b.put("inbox/x.txt", "second");
    first.abort(new FsException(Errno.EIO));
    assertThat(b.read("wait/x")).isEqualTo("re: second");
  }

  /** Fails to look at a file while it is told to. */
  private static final class Failing extends ForwardingFileSystem {
    private final FileSystem files;
    private final VfsPath failing;
    private final AtomicBoolean fails;

    Failing(FileSystem files, String failing, AtomicBoolean fails) {
      super(files);
      this.files = files;
      this.failing = Mount.path(failing);
      this.fails = fails;
    }

    @Override
    public FileAttributes stat(VfsPath path) throws FsException {
      if (path.equals(failing) && fails.get()) {
        throw new FsException(Errno.EIO, "the database does not answer");
      }
      return files.stat(path);
    }
  }

  /** The client gets the error and uploads the file again, perhaps to another host. */
  @Test
  void aFileWhoseCloseHasFailedIsUploadedToAnotherHost() throws Exception {
    AtomicBoolean fails = new AtomicBoolean();
    Mount a = hosts.host(LONG, 1, files -> new Failing(files, "inbox/x.txt", fails));
    Mount b = hosts.host(LONG, 1);
    OpenFile first = a.open("inbox/x.txt", OpenOptions.REPLACE);
    Mount.write(first, "first", 0);
    fails.set(true);
    assertThatThrownBy(first::close).hasMessageContaining("does not answer");
    fails.set(false);
    b.put("inbox/x.txt", "second");
    assertThat(b.read("wait/x")).isEqualTo("re: second");
  }

  @Test
  void noJobFailsBecauseItsSettingsCannotBeReadForAMoment() throws Exception {
    AtomicBoolean fails = new AtomicBoolean(true);
    Mount a = hosts.host(SHORT, 1, files -> new Failing(files, "inbox/_config.yaml", fails));
    a.put("inbox/x.txt", "text");
    Until.holds(
        "given up",
        () ->
            hosts
                .ask("SELECT count(*) FROM gptfs_jobs WHERE state = 'SETTLING' AND fence > 1")
                .equals("1"));
    fails.set(false);
    assertThat(a.read("wait/x")).isEqualTo("re: text");
  }

  @Test
  void aFileIsSentAlthoughAHostThatWasAlsoWritingItHasDied() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(SHORT, 1);
    OpenFile first = a.open("inbox/x.txt", OpenOptions.REPLACE);
    Mount.write(first, "first", 0);
    b.put("inbox/x.txt", "second");
    hosts.expire(a);
    assertThat(b.read("wait/x")).isEqualTo("re: second");
    Until.holds("no mark", () -> hosts.ask("SELECT count(*) FROM gptfs_unfinished").equals("0"));
    first.abort(new FsException(Errno.EIO));
  }

  /**
   * Each host has all of its content in the database before it confirms the close to its client.
   */
  @Test
  void ifTwoContentsAreWrittenAtOnceOneWinsCompletely() throws Exception {
    Mount a = hosts.host(LONG, 2);
    Mount b = hosts.host(LONG, 2);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        String name = "both" + i;
        CyclicBarrier together = new CyclicBarrier(2);
        List<Future<?>> writers = new ArrayList<>();
        for (Mount host : List.of(a, b)) {
          String text = (host == a ? "from a " : "from b ") + name;
          writers.add(
              threads.submit(
                  () -> {
                    together.await();
                    host.put("inbox/" + name + ".txt", text);
                    return null;
                  }));
        }
        for (Future<?> writer : writers) {
          writer.get();
        }
        String answer = a.read("wait/" + name);
        assertThat(answer).isEqualTo("re: " + b.text("inbox/" + name + ".txt"));
        assertThat(
                hosts.ask(
                    "SELECT count(*) FROM gptfs_jobs WHERE source = '%s.txt'".formatted(name)))
            .isEqualTo("1");
      }
    }
  }

  /** Takes one step of another host right after the next look at a file. */
  private static final class Overtaken extends ForwardingFileSystem {
    private final VfsPath watched;
    private final FileSystem files;
    private final AtomicReference<@Nullable Step> next;
    private final Step atChange;

    Overtaken(
        FileSystem files, String watched, AtomicReference<@Nullable Step> next, Step atChange) {
      super(files);
      this.files = files;
      this.watched = Mount.path(watched);
      this.next = next;
      this.atChange = atChange;
    }

    @Override
    public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
      atChange.take();
      files.setAttributes(path, changes);
    }

    @Override
    public FileAttributes stat(VfsPath path) throws FsException {
      try {
        return files.stat(path);
      } finally {
        Step step = path.equals(watched) ? next.getAndSet(null) : null;
        if (step != null) {
          step.take();
        }
      }
    }
  }

  private interface Step {
    void take() throws FsException;
  }

  /** Without the mark, the other host would take the emptied file for a finished one. */
  @Test
  void aFileIsMarkedBeforeItIsEmptiedAlthoughItWasNotThereAMomentAgo() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = overtaken();
    next.set(() -> a.put("inbox/x.txt", "first"));
    OpenFile second = b.open("inbox/x.txt", OpenOptions.REPLACE);
    assertThat(next.get()).isNull();
    assertThat(hosts.ask("SELECT host FROM gptfs_unfinished")).isEqualTo(b.host());
    assertThat(second.stat().size()).isZero();
    Mount.write(second, "second", 0);
    second.close();
    Until.holds(
        "the job has completed",
        () -> {
          b.clock().run();
          return a.state("x").equals("completed");
        });
    assertThat(a.read("wait/x")).isEqualTo("re: second");
  }

  @Test
  void aFileIsNotEmptiedUnmarkedThatWasEmptyAMomentAgo() throws Exception {
    Mount a = hosts.manual(LONG, UnaryOperator.identity());
    Mount b = overtaken();
    a.put("inbox/x.txt", "");
    next.set(() -> a.put("inbox/x.txt", "first"));
    b.fs.setAttributes(path("inbox/x.txt"), AttributeChanges.NONE.withSize(0));
    assertThat(next.get()).isNull();
    assertThat(marks).containsExactly(b.host());
  }

  /**
   * A host whose operations another one overtakes with {@link #next}. Its clock stands still, so
   * that its own work looks at no file meanwhile.
   */
  private Mount overtaken() throws Exception {
    return hosts.manual(LONG, files -> new Overtaken(files, "inbox/x.txt", next, this::noteMark));
  }

  /** Notes which host is marked as the file's writer at the time of a change. */
  private void noteMark() throws FsException {
    try {
      marks.add(hosts.ask("SELECT host FROM gptfs_unfinished"));
    } catch (Exception e) {
      throw new FsException(Errno.EIO, "the query failed", e);
    }
  }

  /** Delays the publication of answers. */
  private static final class SlowAnswers extends ForwardingFileSystem {
    private final FileSystem files;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    SlowAnswers(FileSystem files) {
      super(files);
      this.files = files;
    }

    @Override
    public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
      if (to.toString().contains("_response.txt") && begun.getCount() > 0) {
        begun.countDown();
        Until.released(goesOn);
      }
      files.rename(from, to, replace);
    }
  }

  /** Refuses the status of one job. */
  private static final class RefusedStatus extends ForwardingFileSystem {
    private final FileSystem files;
    private final AtomicBoolean refuses = new AtomicBoolean();

    RefusedStatus(FileSystem files) {
      super(files);
      this.files = files;
    }

    @Override
    public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
      if (refuses.get() && to.name().equals("x_status.json")) {
        throw new FsException(Errno.EIO, to);
      }
      files.rename(from, to, replace);
    }
  }

  @Test
  void aHostThatCannotCorrectOneStatusClaimsOtherJobs() throws Exception {
    model.answers(
        body -> {
          if (FakeModel.prompt(body).startsWith("hold")) {
            Until.released(released);
          }
          return FakeModel.echo(body);
        });
    RefusedStatus refused = new RefusedStatus(hosts.files);
    Mount a = hosts.host(LONG, 1, _ -> refused);
    Mount b = hosts.host(LONG, 1);
    a.put("inbox/x.txt", "hold x");
    hosts.awaitCalls(1);
    b.put("inbox/busy.txt", "hold b");
    hosts.awaitCalls(2);
    refused.refuses.set(true);
    b.fs.unlink(path("inbox/x.txt"));
    b.awaitState("x", "cancelled");
    b.put("inbox/y.txt", "y");
    b.awaitState(
        "y", "completed"); // the job runs on the other host, because this one has no worker
  }

  /** A host may not know yet that another one has taken over the job that it has just ended. */
  @Test
  void whoWaitsGetsTheAnswerToTheNewestContent() throws Exception {
    model.answers(
        body -> {
          if (FakeModel.prompt(body).equals("new")) {
            Until.released(released);
          }
          return FakeModel.echo(body);
        });
    SlowAnswers slow = new SlowAnswers(hosts.files);
    Mount a = hosts.host(LONG, 1, _ -> slow);
    Mount b = hosts.host(LONG, 1);
    a.put("inbox/x.txt", "old");
    Until.released(slow.begun);
    b.put("inbox/x.txt", "new");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> waiting = threads.submit(() -> a.read("wait/x"));
      slow.goesOn.countDown();
      hosts.awaitCalls(2);
      released.countDown();
      assertThat(waiting.get()).isEqualTo("re: new");
    }
  }
}
