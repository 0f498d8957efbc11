package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Area;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.store.Files;
import dev.warren.memfs.MemoryFileSystem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contents wait for the host's memory; a content that can never fit into it fails. */
class ContentMemoryTest {
  private static final int MIB = 1 << 20;

  /** A budget of which one account may have 3 MiB. */
  private final MemoryBudget budget = new MemoryBudget(8 * MIB, 1);

  private final MemoryFileSystem inner = new MemoryFileSystem(256L * MIB, InstantSource.system());
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

  private static String prompt(int length) {
    return "a".repeat(length);
  }

  @Test
  void contentsThatDoNotFitTogetherWaitForEachOther() throws Exception {
    try (Mount mount = Mount.open(inner, config, budget.open())) {
      model.answers(body -> FakeModel.text("short"));
      for (int i = 0; i < 8; i++) {
        mount.put("inbox/p" + i, prompt(600 << 10));
      }
      for (int i = 0; i < 8; i++) {
        mount.awaitState("p" + i, "completed");
      }
      Until.holds("all is given back", () -> budget.used(Use.CONTENTS) == 0);
    }
    assertThat(model.calls()).isEqualTo(8);
  }

  @Test
  void aPromptThatDoesNotFitFailsAndOthersGoOn() throws Exception {
    try (Mount mount = Mount.open(inner, config, budget.open())) {
      mount.put("inbox/huge", prompt(2 * MIB));
      mount.put("inbox/small", "hello");
      mount.awaitState("small", "completed");
      mount.awaitState("huge", "failed");
      assertThat(mount.status("huge").at("/error/class").asString()).isEqualTo("no_memory");
      assertThat(mount.status("huge").path("message").asString())
          .contains("it needs 6 MiB of memory");
    }
    try (Mount mount = Mount.open(inner, config)) { // with more memory
      mount.ctl("retry --failed");
      mount.awaitState("huge", "completed");
    }
  }

  @Test
  void aPromptThatWaitsWhenTheInstanceIsClosedIsSentAfterTheRestart() throws Exception {
    MemoryBudget.Account holder = budget.open();
    assertThat(holder.tryTake(Use.CONTENTS, 3 * MIB)).isTrue();
    RecordingMetrics metrics = new RecordingMetrics();
    model.answers(body -> FakeModel.text("short"));
    try (Mount mount = Mount.open(inner, config, metrics, budget.open())) {
      mount.put("inbox/p", prompt(600 << 10));
      Until.holds("it waits", () -> metrics.value("gptfs_waiting_for_memory") == 1);
    }
    holder.close();
    try (Mount mount = Mount.open(inner, config, budget.open())) {
      mount.awaitState("p", "completed");
    }
  }

  @Test
  void aBatchThatDoesNotFitAfterARestartFailsAndOthersGoOn() throws Exception {
    String line =
        "{\"custom_id\":\"%d\",\"body\":{\"messages\":[{\"content\":\"" + prompt(MIB) + "\"}]}}\n";
    StringBuilder batch = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      batch.append(line.formatted(i));
    }
    try (Mount mount = Mount.open(inner, config)) {
      mount.ctl("pause");
      mount.put("inbox/b.jsonl", batch.toString());
      mount.put("inbox/p", "hello");
      Until.holds(
          "both are accepted",
          () -> mount.stats().path("since_start").path("accepted").asInt() == 2);
    }
    try (Mount mount = Mount.open(inner, config, budget.open())) {
      mount.awaitState("p", "completed");
      mount.awaitState("b", "failed");
      assertThat(mount.status("b").path("error").path("class").asString()).isEqualTo("no_memory");
    }
  }

  @Test
  void anAnswerThatDoesNotFitIsRetriedAndAffectsNoOther() throws Exception {
    config.put("max_attempts", 2);
    try (Mount mount = Mount.open(inner, config, budget.open())) {
      model.answers(
          body -> body.contains("long") ? FakeModel.text(prompt(6 * MIB)) : FakeModel.echo(body));
      mount.put("inbox/long", "long");
      mount.put("inbox/short", "short");
      mount.awaitState("short", "completed");
      mount.awaitState("long", "failed");
      assertThat(mount.status("long").path("error").path("message").asString())
          .contains("of memory");
    }
    assertThat(budget.level(Area.HEAP).used()).isLessThanOrEqualTo(16 << 10);
  }

  @Test
  void anAnswerLongerThanTheMemoryIsReadFromWait() throws Exception {
    try (Mount mount = Mount.open(inner, config)) {
      model.answers(body -> FakeModel.text(prompt(6 * MIB)));
      mount.put("inbox/long", "long");
      mount.awaitState("long", "completed");
    }
    try (Mount mount = Mount.open(inner, config, budget.open());
        OpenFile file = mount.fs.open(Mount.path("wait/long"), OpenOptions.READ, 0)) {
      assertThat(file.stat().size()).isEqualTo(6 * MIB);
      ByteBuffer end = ByteBuffer.allocate(16);
      Files.readFully(file, end, 6 * MIB - 10);
      assertThat(new String(end.array(), 0, end.position(), StandardCharsets.UTF_8))
          .isEqualTo(prompt(10));
      assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0))
          .isInstanceOf(FsException.class);
    }
  }

  /** Records the largest read. */
  private static final class Reads extends ForwardingFileSystem {
    private final AtomicInteger longest = new AtomicInteger();

    Reads(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        @Override
        public int read(ByteBuffer target, long offset) throws FsException {
          longest.accumulateAndGet(target.remaining(), Math::max);
          return super.read(target, offset);
        }
      };
    }
  }

  @Test
  void aStartReadsWhatMayHaveChangedInPieces() throws Exception {
    try (Mount mount = Mount.open(inner, config)) {
      mount.put("inbox/long", prompt(2 * MIB));
      mount.awaitState("long", "completed");
    }
    TimeChange touched = TimeChange.to(1, 0);
    inner.setAttributes(
        Mount.path("inbox/long"), AttributeChanges.NONE.withTimes(touched, touched));
    Reads reads = new Reads(inner);
    try (Mount mount = Mount.open(reads, TestDatabase.of(inner), config)) {
      assertThat(mount.state("long")).isEqualTo("completed");
    }
    assertThat(reads.longest.get()).isLessThanOrEqualTo(64 << 10);
    reads.longest.set(0);
    try (Mount mount = Mount.open(reads, config)) { // the database is lost
      assertThat(mount.state("long")).isEqualTo("completed");
    }
    assertThat(reads.longest.get()).isLessThanOrEqualTo(64 << 10);
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void waitsEndWhenTheInstanceIsClosed() throws Exception {
    MemoryBudget.Account holder = budget.open();
    assertThat(holder.tryTake(Use.CONTENTS, 3 * MIB)).isTrue();
    ContentMemory memory = new ContentMemory(budget.open(), Duration.ofDays(1));
    try (ContentMemory.Charge charge = memory.open()) {
      CompletableFuture<Void> added = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  charge.add(3 * MIB - 100);
                  added.complete(null);
                } catch (FsException e) {
                  added.completeExceptionally(e);
                }
              });
      Until.holds("it waits", () -> memory.waiting() == 1);

      memory.close();

      assertThatThrownBy(added::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    }
    holder.close();
    assertThat(budget.used(Use.CONTENTS)).isZero();
  }

  @Test
  void aChargeThatGrowsWaitsForABoundedTime() throws Exception {
    MemoryBudget.Account holder = budget.open();
    assertThat(holder.tryTake(Use.CONTENTS, 2 * MIB)).isTrue();
    ContentMemory memory = new ContentMemory(budget.open(), Duration.ZERO);
    try (ContentMemory.Charge charge = memory.open()) {
      charge.add(MIB);
      assertThatThrownBy(() -> charge.add(2 * MIB - 1000))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM));
      assertThat(charge.held()).isEqualTo(MIB);
    }
    holder.close();
    assertThat(budget.used(Use.CONTENTS)).isZero();
  }
}
