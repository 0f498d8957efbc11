package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.InterceptedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The disk of the database is full for a while: no accepted job and no paid answer is lost. */
class FullDiskTest {
  private final MemoryFileSystem disk = new MemoryFileSystem();
  private final Space space = new Space();
  private FakeModel model;

  /** Whether the disk has space left. */
  private static final class Space implements InterceptedDatabase.Commits {
    private final AtomicBoolean none = new AtomicBoolean();

    @Override
    public void around(Connection connection, InterceptedDatabase.Commit commit)
        throws SQLException {
      if (none.get()) {
        throw new SQLException("database or disk is full", "", 13);
      }
      commit.run();
    }
  }

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
  }

  @AfterEach
  void close() {
    model.close();
  }

  private Mount open() throws Exception {
    return Mount.open(disk, TestDatabase.of(disk).with(space), Mount.config(model.url()));
  }

  @Test
  void anAnswerThatArrivesMeanwhileIsPublishedOnceThereIsSpace() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    model.answers(
        body -> {
          Until.released(answer);
          return FakeModel.echo(body);
        });
    try (Mount mount = open()) {
      mount.put("inbox/p.txt", "dear");
      Until.holds("called", () -> model.calls() == 1);
      space.none.set(true);
      answer.countDown();
      Until.holds("it says why", () -> mount.unable.get() != null);
      assertThat(mount.unable.get()).contains("cannot be written for now").contains("full");
      space.none.set(false);
      assertThat(mount.read("wait/p")).isEqualTo("re: dear");
      Until.holds("it accepts again", () -> mount.unable.get() == null);
      assertThat(model.calls()).isEqualTo(1);
    }
  }

  @Test
  void anUploadIsRefusedAndTheNextOneTaken() throws Exception {
    try (Mount mount = open()) {
      space.none.set(true);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> mount.put("inbox/p.txt", "hello"))
            .isInstanceOfSatisfying(
                FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
      }
      assertThat(mount.stats().at("/queue/jobs").asInt()).isZero();
      space.none.set(false);
      Until.holds("it accepts again", () -> accepts(mount));
      assertThat(mount.read("wait/p")).isEqualTo("re: hello");
      Until.holds("idle", () -> mount.stats().at("/queue/jobs").asInt() == 0);
      assertThat(mount.stats().at("/queue/bytes").asInt()).isZero();
      assertThat(model.calls()).isEqualTo(1);
    }
  }

  private static boolean accepts(Mount mount) throws FsException {
    try {
      mount.put("inbox/p.txt", "hello");
      return true;
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
      return false;
    }
  }

  @Test
  void existingAnswersAreReadMeanwhile() throws Exception {
    try (Mount mount = open()) {
      mount.put("inbox/p.txt", "hello");
      mount.awaitState("p", "completed");
      space.none.set(true);
      assertThat(mount.text("outbox/p_response.txt")).isEqualTo("re: hello");
      Until.holds("that it was read waits", () -> mount.unable.get() != null);
      assertThat(mount.text("outbox/p_response.txt")).isEqualTo("re: hello");
      space.none.set(false);
      Until.holds("it is written", () -> mount.unable.get() == null);
    }
  }

  /** The disk is full between the close and the acceptance, and when the call begins. */
  @Test
  void acceptedJobsContinue() throws Exception {
    var config = Mount.config(model.url());
    config.put("settle", "10s");
    ManualTimers clock = new ManualTimers();
    try (Mount mount = Mount.open(disk, TestDatabase.of(disk).with(space), clock, config)) {
      mount.put("inbox/p.txt", "patience");
      assertThat(mount.state("p")).isEqualTo("pending");
      space.none.set(true);
      Thread settling = Thread.ofVirtual().start(() -> clock.advance(Duration.ofSeconds(10)));
      Until.holds("it says why", () -> mount.unable.get() != null);
      assertThat(model.calls()).isZero();
      space.none.set(false);
      settling.join();
      Until.holds(
          "answered",
          () -> {
            clock.run();
            return mount.state("p").equals("completed");
          });
      assertThat(mount.text("outbox/p_response.txt")).isEqualTo("re: patience");
      assertThat(model.calls()).isEqualTo(1);
    }
  }
}
