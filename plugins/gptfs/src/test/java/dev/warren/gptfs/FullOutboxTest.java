package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.Call;
import dev.warren.testkit.FaultyFileSystem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The disk of the outbox is full for a while: no paid answer is lost, and no status stays wrong.
 */
class FullOutboxTest {
  private static final String CITING =
      "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"yes\"}}],\"citations\":[\"u\"]}";
  private static final String NO_ANSWER = "{\"choices\":[],\"usage\":{\"total_tokens\":900}}";

  private final MemoryFileSystem disk = new MemoryFileSystem();
  private final FaultyFileSystem files = new FaultyFileSystem(disk);
  private final AtomicInteger refused = new AtomicInteger();
  private final CountDownLatch answer = new CountDownLatch(1);
  private FakeModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    config = Mount.config(model.url());
    config.put("workers", 1);
    open();
  }

  @AfterEach
  void close() throws Exception {
    answer.countDown();
    mount.close();
    model.close();
  }

  private void open() throws Exception {
    mount = Mount.open(files, TestDatabase.of(disk), new ManualTimers(), config);
  }

  private void reopen() throws Exception {
    mount.close();
    open();
  }

  /** From now on, nothing new can be published: each new file fails at the given operation. */
  private void fill(Operation operation) {
    files.fail(
        call -> {
          boolean fails = call.operation() == operation && isPublished(call);
          if (fails) {
            refused.incrementAndGet();
          }
          return fails;
        },
        Errno.ENOSPC);
  }

  private static boolean isPublished(Call call) {
    return call.path().startsWith(Mount.path(".gptfs/tmp"));
  }

  private void awaitRefusal() throws Exception {
    int before = refused.get();
    Until.holds("it was tried to publish something", () -> refused.get() > before);
  }

  /** Waits for something that happens some time after the disk has space again. */
  private void holds(String what, Callable<Boolean> condition) throws Exception {
    Until.holds(
        what,
        () -> {
          mount.clock().advance(Duration.ofSeconds(1));
          return condition.call();
        });
  }

  private void awaitLater(String base, String state) throws Exception {
    holds(base + " is " + state, () -> mount.state(base).equals(state));
  }

  private void put(String path, String content) throws Exception {
    mount.put(path, content);
    mount.clock().run();
  }

  /** Sends a prompt, whose response arrives while the outbox is full. */
  private void answered(Operation full, MockResponse response) throws Exception {
    model.answers(
        _ -> {
          Until.released(answer);
          return response;
        });
    put("inbox/p.txt", "hi");
    Until.holds("called", () -> model.calls() == 1);
    fill(full);
    answer.countDown();
    awaitRefusal();
  }

  @Test
  void anAnswerIsPublishedLaterUnderTheNameThatItsFileHasByThen() throws Exception {
    answered(Operation.WRITE, FakeModel.text("yes"));
    Until.holds("stored", () -> mount.stats().at("/jobs/answered").asInt() == 1);
    mount.fs.rename(Mount.path("inbox/p.txt"), Mount.path("inbox/new.txt"), false);
    files.heal();
    awaitLater("new", "completed");
    assertThat(mount.text("outbox/new_response.txt")).isEqualTo("yes");
    assertThat(mount.state("p")).isEqualTo("none");
    assertIdle();
  }

  private void assertIdle() throws Exception {
    holds("idle", () -> mount.stats().at("/queue/jobs").asInt() == 0);
    assertThat(model.calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"OPEN", "WRITE", "RENAME"})
  void anAnswerWithMoreThanTextIsPublishedLater(Operation operation) throws Exception {
    answered(operation, FakeModel.json(200, CITING));
    files.heal();
    awaitLater("p", "completed");
    assertThat(mount.text("outbox/p_response.txt")).isEqualTo("yes");
    assertThat(mount.text("outbox/p_response.json")).isEqualTo(CITING);
    assertIdle();
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"OPEN", "WRITE", "RENAME"})
  void aTextIsPublishedLater(Operation operation) throws Exception {
    answered(operation, FakeModel.text("yes"));
    files.heal();
    awaitLater("p", "completed");
    assertThat(mount.text("outbox/p_response.txt")).isEqualTo("yes");
    assertThat(mount.exists("outbox/p_response.json")).isFalse();
    assertIdle();
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"OPEN", "WRITE", "RENAME"})
  void aResponseThatIsNoAnswerIsPublishedLater(Operation operation) throws Exception {
    answered(operation, FakeModel.json(200, NO_ANSWER));
    files.heal();
    awaitLater("p", "failed");
    assertThat(mount.text("outbox/p_response.json")).isEqualTo(NO_ANSWER);
    assertIdle();
  }

  @Test
  void anAnswerIsPublishedAfterARestart() throws Exception {
    answered(Operation.WRITE, FakeModel.json(200, CITING));
    reopen();
    assertThat(mount.exists("outbox/p_response.json")).as("the disk is still full").isFalse();
    files.heal();
    awaitLater("p", "completed");
    assertThat(mount.text("outbox/p_response.txt")).isEqualTo("yes");
    assertThat(mount.text("outbox/p_response.json")).isEqualTo(CITING);
    assertIdle();
  }

  @Test
  void aFailureIsPublishedAfterARestart() throws Exception {
    answered(Operation.WRITE, FakeModel.json(200, NO_ANSWER));
    reopen();
    assertThat(mount.exists("outbox/p_response.json")).as("the disk is still full").isFalse();
    files.heal();
    awaitLater("p", "failed");
    assertThat(mount.text("outbox/p_response.json")).isEqualTo(NO_ANSWER);
    assertIdle();
    reopen();
    assertThat(mount.state("p")).isEqualTo("failed");
    mount.fs.unlink(Mount.path("outbox/p_status.json"));
    reopen();
    assertThat(mount.state("p")).as("published once").isEqualTo("none");
  }

  /** A rejected request has no response that would be kept, only a status. */
  @Test
  void aFailureWithoutAResponseIsShownLater() throws Exception {
    answered(Operation.RENAME, FakeModel.json(400, "{}"));
    assertThat(mount.state("p")).isNotEqualTo("failed");
    files.heal();
    awaitLater("p", "failed");
    assertThat(mount.exists("outbox/p_response.json")).isFalse();
    assertIdle();
  }

  @Test
  void acknowledgingAnOutdatedStatusDoesNotForgetTheJob() throws Exception {
    answered(Operation.WRITE, FakeModel.json(400, "{}"));
    mount.fs.unlink(Mount.path("outbox/p_status.json")); // as a client may do to free space
    files.heal();
    awaitLater("p", "failed");
  }

  @Test
  void readingAnOutdatedStatusDoesNotCountAsPublishing() throws Exception {
    answered(Operation.WRITE, FakeModel.json(400, "{}"));
    assertThat(mount.state("p")).isEqualTo("pending");
    reopen();
    files.heal();
    awaitLater("p", "failed");
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"OPEN", "WRITE", "RENAME"})
  void aCancelledJobIsShownLater(Operation operation) throws Exception {
    mount.ctl("pause");
    put("inbox/p.txt", "hi");
    fill(operation);
    mount.ctl("cancel p");
    assertThat(mount.state("p")).isEqualTo("pending");
    reopen();
    assertThat(mount.state("p")).isEqualTo("pending");
    files.heal();
    awaitLater("p", "cancelled");
    assertThat(model.calls()).isZero();
  }

  /** The status of the old content stays until there is space; the new one is accepted. */
  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"OPEN", "WRITE", "RENAME"})
  void aPromptIsAcceptedMeanwhile(Operation operation) throws Exception {
    fill(operation);
    put("inbox/p.txt", "hi");
    Until.holds("called", () -> model.calls() == 1);
    assertThat(mount.state("p")).isEqualTo("none");
    files.heal();
    awaitLater("p", "completed");
    assertThat(mount.text("outbox/p_response.txt")).isEqualTo("re: hi");
    assertIdle();
  }

  @Test
  void aStatusThatCouldNotBeWrittenIsWrittenLater() throws Exception {
    model.answers(
        body -> {
          Until.released(answer);
          return FakeModel.echo(body);
        });
    put("inbox/p.txt", "hi");
    Until.holds("called", () -> model.calls() == 1);
    fill(Operation.WRITE);
    holds("the status was to be updated", () -> refused.get() > 0);
    assertThat(mount.state("p")).isEqualTo("pending");
    files.heal();
    awaitLater("p", "processing");
    answer.countDown();
    awaitLater("p", "completed");
    assertIdle();
  }

  /** The later attempt must not show the end of an earlier content. */
  @Test
  void newContentMeanwhileIsNotAffected() throws Exception {
    answered(Operation.WRITE, FakeModel.json(200, NO_ANSWER));
    model.answers(FakeModel::echo);
    mount.ctl("pause");
    put("inbox/p.txt", "again");
    files.heal();
    mount.clock().advance(Duration.ofMinutes(1));
    assertThat(mount.state("p")).isEqualTo("pending");
    assertThat(mount.exists("outbox/p_response.json")).isFalse();
    mount.ctl("resume");
    awaitLater("p", "completed");
    assertThat(mount.status("p").path("revision").asInt()).isEqualTo(2);
    assertThat(mount.text("outbox/p_response.txt")).isEqualTo("re: again");
  }

  private void cancelledBatch() throws Exception {
    model.answers(
        body -> {
          if (body.contains("two")) {
            Until.released(answer);
          }
          return FakeModel.echo(body);
        });
    StringBuilder lines = new StringBuilder();
    for (String prompt : new String[] {"one", "two", "three"}) {
      lines.append(
          "{\"custom_id\":\"%1$s\",\"body\":{\"messages\":[{\"content\":\"%1$s\"}]}}\n"
              .formatted(prompt));
    }
    put("inbox/b.jsonl", lines.toString());
    Until.holds("the second line", () -> model.calls() == 2);
    fill(Operation.WRITE);
    mount.ctl("cancel b");
    answer.countDown();
    assertThat(mount.state("b")).isEqualTo("processing");
  }

  private void assertResults() throws Exception {
    assertThat(mount.text("outbox/b_output.jsonl").lines())
        .hasSize(1)
        .first()
        .asString()
        .contains("re: one");
    assertThat(mount.status("b").at("/request_counts/completed").asInt()).isEqualTo(1);
    assertThat(mount.status("b").path("message").asString()).contains("1 of 3 lines had ended");
    holds("idle", () -> mount.stats().at("/queue/jobs").asInt() == 0);
  }

  @Test
  void theResultsOfACancelledBatchArePublishedLater() throws Exception {
    cancelledBatch();
    files.heal();
    awaitLater("b", "cancelled");
    assertResults();
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void theResultsOfACancelledBatchArePublishedAfterARestart() throws Exception {
    cancelledBatch();
    mount.close();
    files.heal();
    open();
    awaitLater("b", "cancelled");
    assertResults();
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void aBatchIsRetriedOnlyOnceItsResultsArePublished() throws Exception {
    cancelledBatch();
    assertThatThrownBy(() -> mount.ctl("retry b"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
    files.heal();
    mount.ctl("retry b");
    awaitLater("b", "completed");
    assertThat(mount.text("outbox/b_output.jsonl").lines()).hasSize(3);
    assertThat(model.calls()).as("the first line is not paid for twice").isEqualTo(4);
  }
}
