package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.memfs.MemoryFileSystem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** State that must survive a restart. */
class RestartTest {
  private final MemoryFileSystem disk = new MemoryFileSystem();
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

  private static void refused(ThrowingCallable c) {
    assertThatThrownBy(c)
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EDQUOT));
  }

  @Test
  void theQuotaOfWaitingJobs() throws Exception {
    config.put("max_queued", 3);
    config.put("max_queued_bytes", 100);
    try (Mount mount = Mount.open(disk, config)) {
      mount.ctl("pause");
      mount.put("inbox/a.txt", "a".repeat(60));
      mount.put("inbox/b.txt", "b".repeat(20));
    }
    model.answers(body -> FakeModel.json(401, "{}"));
    try (Mount mount = Mount.open(disk, config)) {
      assertThat(mount.stats().at("/queue/jobs").asInt()).isEqualTo(2);
      assertThat(mount.stats().at("/queue/bytes").asInt()).isEqualTo(80);
      refused(() -> mount.put("inbox/c.txt", "c".repeat(30)));
      mount.put("inbox/c.txt", "c".repeat(20));
      refused(() -> mount.put("inbox/d.txt", "d"));
      mount.put("inbox/b.txt", "B"); // uses its own slot of the quota
      assertThat(mount.stats().at("/queue/bytes").asInt()).isEqualTo(81);
      model.answers(FakeModel::echo);
      mount.ctl("resume");
      for (String name : List.of("a", "b", "c")) {
        mount.awaitState(name, "completed");
      }
      Until.holds("room", () -> mount.stats().at("/queue/jobs").asInt() == 0);
      assertThat(mount.stats().at("/queue/bytes").asInt()).isZero();
      mount.put("inbox/d.txt", "d");
    }
  }

  /** A power failure loses what a client has closed without syncing it, but not its job's row. */
  @Test
  void aFileThatAPowerFailureHasCutOffIsNotSent() throws Exception {
    config.put("settle", "1h");
    try (Mount mount = Mount.open(disk, config)) {
      for (String name : List.of("cut", "empty", "whole")) {
        mount.put("inbox/" + name + ".txt", "the prompt of " + name);
      }
    }
    truncate("inbox/cut.txt", 5);
    truncate("inbox/empty.txt", 0);
    truncate("outbox/empty_status.json", 0); // it is not synced, either
    config.put("settle", "0s");
    try (Mount mount = Mount.open(disk, config)) {
      mount.awaitState("whole", "completed");
      for (String name : List.of("cut", "empty")) {
        assertThat(mount.state(name)).isEqualTo("pending");
        assertThat(mount.status(name).path("message").asString()).contains("write it again");
      }
      mount.put("inbox/cut.txt", "the prompt");
      mount.awaitState("cut", "completed");
      assertThat(mount.text("outbox/cut_response.txt")).isEqualTo("re: the prompt");
      assertThat(model.calls()).isEqualTo(2);
    }
  }

  private void truncate(String path, long size) throws Exception {
    disk.setAttributes(Mount.path(path), AttributeChanges.NONE.withSize(size));
  }

  /** The host ended after it had renamed the files, and before it had moved their jobs. */
  @Test
  void aJobWhoseFileWasRenamedContinuesUnderTheNewName() throws Exception {
    String id;
    try (Mount mount = Mount.open(disk, config)) {
      mount.ctl("pause");
      mount.put("inbox/a.txt", "one");
      mount.put("inbox/other.txt", "two");
      mount.awaitState("a", "pending");
      mount.awaitState("other", "pending");
      id = mount.status("a").path("job_id").asString();
    }
    disk.rename(Mount.path("inbox/a.txt"), Mount.path("inbox/z.txt"), false);
    disk.unlink(Mount.path("inbox/other.txt")); // the same size, but not the same content
    try (OpenFile added = disk.open(Mount.path("inbox/another.txt"), OpenOptions.REPLACE, 0644)) {
      Mount.write(added, "six", 0);
    }
    try (Mount mount = Mount.open(disk, config)) {
      mount.ctl("resume");
      mount.awaitState("z", "completed");
      mount.awaitState("another", "completed");
      assertThat(mount.status("z").path("job_id").asString()).isEqualTo(id);
      assertThat(mount.text("outbox/z_response.txt")).isEqualTo("re: one");
      assertThat(mount.state("a")).isEqualTo("none");
      assertThat(mount.state("other")).isEqualTo("cancelled");
      assertThat(mount.text("outbox/another_response.txt")).isEqualTo("re: six");
      assertThat(model.calls()).isEqualTo(2);
    }
  }

  @Test
  void eachNameInTheOutboxBelongsToOneJob() throws Exception {
    try (Mount mount = Mount.open(disk, config)) {
      mount.put("inbox/p.txt", "one");
      mount.awaitState("p", "completed");
      mount.put("inbox/p.md", "two");
      mount.awaitState("p.md", "completed");
    }
    try (Mount mount = Mount.open(disk, config)) {
      mount.put("inbox/p.md", "three");
      assertThat(mount.read("wait/p.md")).isEqualTo("re: three");
      assertThat(mount.text("outbox/p_response.txt")).isEqualTo("re: one");
      assertThat(mount.status("p.md").path("revision").asInt()).isEqualTo(2);
    }
  }

  @Test
  void fullNamesKeepTheExtension() throws Exception {
    config.put("naming", "full");
    try (Mount mount = Mount.open(disk, config)) {
      mount.put("inbox/p.txt", "one");
      assertThat(mount.read("wait/p.txt")).isEqualTo("re: one");
      mount.put("inbox/p.md", "two");
      assertThat(mount.read("wait/p.md")).isEqualTo("re: two");
      mount.put("inbox/noext", "three");
      assertThat(mount.read("wait/noext")).isEqualTo("re: three");
      assertThat(mount.names("outbox"))
          .contains("p.txt_response.txt", "p.md_response.txt", "noext_response.txt")
          .doesNotContain("p_response.txt");
    }
  }

  @Test
  void drainEndsWithTheInFlightCalls() throws Exception {
    config.put("drain_timeout", "7s");
    Mount mount = Mount.open(disk, config);
    var end = new CountDownLatch(1);
    model.answers(
        body -> {
          Until.released(end);
          return FakeModel.echo(body);
        });
    mount.put("inbox/p.txt", "hi");
    Until.holds("called", () -> model.calls() == 1);
    Thread closing =
        Thread.ofVirtual()
            .start(
                () ->
                    Until.asked(
                        () -> {
                          mount.close();
                          return true;
                        }));
    end.countDown();
    closing.join();
    model.answers(FakeModel::echo);
    try (Mount next = Mount.open(disk, config)) {
      assertThat(next.state("p")).isEqualTo("completed");
      assertThat(next.status("p").path("possible_duplicate").asBoolean()).isFalse();
      assertThat(model.calls()).isEqualTo(1);
    }
  }

  @Test
  void aCallThatDoesNotEndInTimeIsCancelledAndRepeated() throws Exception {
    config.put("drain_timeout", "0s");
    var end = new CountDownLatch(1);
    Mount mount = Mount.open(disk, config);
    model.answers(
        body -> {
          Until.released(end);
          return FakeModel.echo(body);
        });
    mount.put("inbox/p.txt", "hi");
    Until.holds("called", () -> model.calls() == 1);
    mount.close();
    end.countDown();
    try (Mount next = Mount.open(disk, config)) {
      assertThat(next.read("wait/p")).isEqualTo("re: hi");
      assertThat(model.calls()).isEqualTo(2);
    }
  }
}
