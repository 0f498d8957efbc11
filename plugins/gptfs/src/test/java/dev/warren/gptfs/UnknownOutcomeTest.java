package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.Call;
import dev.warren.testkit.InterceptedDatabase;
import dev.warren.testkit.InterceptedFileSystem;
import dev.warren.testkit.Interceptor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call that was in flight when the host died is repeated, fails, or is held, as configured. */
class UnknownOutcomeTest {
  private final MemoryFileSystem disk = new MemoryFileSystem();
  private FakeModel model;

  @BeforeEach
  void dieDuringACall() throws Exception {
    model = new FakeModel();
    AtomicBoolean dead = new AtomicBoolean();
    CountDownLatch end = new CountDownLatch(1);
    model.answers(
        body -> {
          Until.released(end);
          return FakeModel.echo(body);
        });
    Mount mount =
        Mount.open(
            new InterceptedFileSystem(disk, new Death(dead)),
            TestDatabase.of(disk).with(new Death(dead)),
            Mount.config(model.url()));
    mount.put("inbox/p.txt", "hi");
    Until.holds("called", () -> model.calls() == 1 && mount.state("p").equals("processing"));
    dead.set(true);
    mount.close();
    end.countDown();
    model.answers(FakeModel::echo);
  }

  @AfterEach
  void close() {
    model.close();
  }

  /** Once dead, the host makes no more changes on the disk. */
  private record Death(AtomicBoolean dead) implements Interceptor, InterceptedDatabase.Commits {
    @Override
    public void around(Connection connection, InterceptedDatabase.Commit commit)
        throws SQLException {
      if (dead.get()) {
        throw new SQLException("dead");
      }
      commit.run();
    }

    @Override
    public <T> T around(Call call, Body<T> body) throws FsException {
      if (dead.get()) {
        throw new FsException(Errno.EIO, "dead");
      }
      return body.run();
    }
  }

  private Mount restart(String onUnknown) throws Exception {
    Map<String, Object> config = Mount.config(model.url());
    config.put("on_unknown", onUnknown);
    return Mount.open(disk, config);
  }

  @Test
  void retryCallsAgainAndFlagsIt() throws Exception {
    try (Mount mount = restart("retry")) {
      assertThat(mount.read("wait/p")).isEqualTo("re: hi");
      assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isTrue();
      assertThat(model.calls()).isEqualTo(2);
    }
  }

  @Test
  void failDoesNotCallAgain() throws Exception {
    try (Mount mount = restart("fail")) {
      assertThat(mount.state("p")).isEqualTo("failed");
      assertThat(mount.status("p").at("/error/class").asString()).isEqualTo("unknown_outcome");
    }
    try (Mount mount = restart("fail")) {
      assertThat(mount.state("p")).isEqualTo("failed");
      assertThat(model.calls()).isEqualTo(1);
      mount.ctl("retry p");
      assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    }
  }

  @Test
  void holdWaitsForAPersonOverRestartsToo() throws Exception {
    for (int i = 0; i < 2; i++) {
      try (Mount mount = restart("hold")) {
        assertThat(mount.state("p")).isEqualTo("held");
        assertThat(mount.status("p").at("/error/class").asString()).isEqualTo("unknown_outcome");
        mount.put("inbox/other" + i + ".txt", "other");
        assertThat(mount.read("wait/other" + i)).isEqualTo("re: other");
      }
    }
    assertThat(model.calls()).isEqualTo(3);
    try (Mount mount = restart("hold")) {
      mount.ctl("retry p");
      assertThat(mount.read("wait/p")).isEqualTo("re: hi");
      assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isTrue();
    }
  }
}
