package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.Call;
import dev.warren.testkit.InterceptedDatabase;
import dev.warren.testkit.InterceptedFileSystem;
import dev.warren.testkit.Interceptor;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The host dies at each change of the disk in turn, and a new host takes over. */
class CrashTest {
  /** Lets the given number of changes through; after that, no change reaches the disk. */
  private static final class Death implements Interceptor, InterceptedDatabase.Commits {
    private static final Set<Operation> CHANGES =
        EnumSet.of(
            Operation.OPEN,
            Operation.WRITE,
            Operation.RENAME,
            Operation.UNLINK,
            Operation.LINK,
            Operation.MKDIR,
            Operation.TRUNCATE,
            Operation.FSYNC);

    private final AtomicInteger left;
    private final boolean afterTheChange;
    private final AtomicBoolean dead = new AtomicBoolean();

    Death(int changes, boolean afterTheChange) {
      left = new AtomicInteger(changes);
      this.afterTheChange = afterTheChange;
    }

    private boolean isLast() {
      return left.getAndDecrement() == 0;
    }

    @Override
    public void around(Connection connection, InterceptedDatabase.Commit commit)
        throws SQLException {
      if (isLast()) {
        try {
          if (afterTheChange && !dead.get()) {
            commit.run();
          }
        } finally {
          dead.set(true);
        }
      }
      if (dead.get()) {
        throw new SQLException("dead");
      }
      commit.run();
    }

    @Override
    public <T> T around(Call call, Body<T> body) throws FsException {
      if (CHANGES.contains(call.operation()) && isLast()) {
        try {
          if (afterTheChange && !dead.get()) {
            body.run();
          }
        } finally {
          dead.set(true);
        }
      }
      if (dead.get()) {
        throw new FsException(Errno.EIO, "dead");
      }
      return body.run();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void atEveryChangeOfTheDisk(boolean afterTheChange) throws Exception {
    int changes = 0;
    while (dies(changes, afterTheChange)) {
      changes++;
    }
    assertThat(changes).as("changes of the disk for one job").isGreaterThan(25);
  }

  /** Whether the host died before it had done everything. */
  private static boolean dies(int changes, boolean afterTheChange) throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    try (FakeModel model = new FakeModel()) {
      Mount.open(disk, Mount.config(model.url()))
          .close(); // creates the directories and the database
      Death death = new Death(changes, afterTheChange);
      boolean closed = false;
      boolean first = true;
      try (Mount mount =
          Mount.open(
              new InterceptedFileSystem(disk, death),
              TestDatabase.of(disk).with(death),
              Mount.config(model.url()))) {
        mount.put("inbox/p.txt", "hello");
        closed = true;
        Until.holds("done or dead", () -> death.dead.get() || mount.state("p").equals("completed"));
        first = death.dead.get();
      } catch (IOException e) {
        assertThat(death.dead).isTrue();
      }
      String at = "death at change " + changes + (afterTheChange ? " after it" : " before it");
      try (Mount mount = Mount.open(disk, Mount.config(model.url()))) {
        boolean known = mount.exists("outbox/p_status.json");
        if (closed) {
          Until.holds(at + ": completed", () -> mount.state("p").equals("completed"));
        } else if (known) {
          Until.holds(
              at + ": settled",
              () ->
                  mount.state("p").equals("completed")
                      || mount.status("p").path("message").asString().contains("interrupted"));
        }
        if (mount.state("p").equals("completed")) {
          assertThat(mount.text("outbox/p_response.txt")).as(at).isEqualTo("re: hello");
          assertThat(mount.names("outbox/.rev")).as(at).containsExactly("p.1_response.txt");
        }
        Until.holds(
            at + ": idle",
            () ->
                !mount.state("p").equals("completed")
                    || mount.stats().path("queue").path("jobs").asInt() == 0);
        assertThat(model.bodies).as(at).allMatch(body -> FakeModel.prompt(body).equals("hello"));
        assertThat(model.calls()).as(at).isLessThanOrEqualTo(2);
        if (model.calls() == 2) {
          assertThat(mount.status("p").path("possible_duplicate").asBoolean()).as(at).isTrue();
        }
      }
      int calls = model.calls();
      try (Mount again = Mount.open(disk, Mount.config(model.url()))) {
        Until.holds(
            at + ": a further start does nothing",
            () -> again.stats().path("queue").path("running_calls").asInt() == 0);
        assertThat(model.calls()).as(at).isEqualTo(calls);
      }
      return first;
    }
  }

  @Test
  void anIncompleteFileIsNotTakenForACompleteOne() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    try (FakeModel model = new FakeModel()) {
      Death death = new Death(Integer.MAX_VALUE, false);
      Mount killed =
          Mount.open(
              new InterceptedFileSystem(disk, death),
              TestDatabase.of(disk).with(death),
              Mount.config(model.url()));
      Mount.write(killed.open("inbox/p.txt", OpenOptions.REPLACE), "half of it", 0);
      death.dead.set(true);
      killed.close();
      try (Mount mount = Mount.open(disk, new ManualTimers(), Mount.config(model.url()))) {
        mount.clock().advance(Duration.ofMinutes(1));
        assertThat(model.calls()).isZero();
        assertThat(mount.stats().path("incomplete").path(0).asString()).isEqualTo("inbox/p.txt");
        mount.put("inbox/p.txt", "all of it");
        mount.clock().run();
        assertThat(mount.read("wait/p")).isEqualTo("re: all of it");
      }
    }
  }

  @Test
  void filesThatWereAddedWhileTheHostWasDownAreSent() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    try (FakeModel model = new FakeModel()) {
      try (Mount mount = Mount.open(disk, Mount.config(model.url()))) {
        mount.put("inbox/old.txt", "old");
        assertThat(mount.read("wait/old")).isEqualTo("re: old");
        mount.fs.unlink(Mount.path("outbox/old_response.txt"));
        mount.fs.unlink(Mount.path("outbox/old_status.json")); // acknowledged
      }
      TestFiles.write(disk, Mount.path("inbox/new.txt"), "new");
      try (Mount mount = Mount.open(disk, Mount.config(model.url()))) {
        assertThat(mount.read("wait/new")).isEqualTo("re: new");
        assertThat(model.calls()).isEqualTo(2);
        assertThat(mount.exists("outbox/old_status.json")).isFalse();
      }
    }
  }
}
