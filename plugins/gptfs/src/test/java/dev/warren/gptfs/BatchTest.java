package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lines of batches that do not simply run to their end. */
class BatchTest {
  private FakeModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    config = Mount.config(model.url());
    config.put("workers", 1);
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private static String lines(String... prompts) {
    StringBuilder lines = new StringBuilder();
    for (String prompt : prompts) {
      lines
          .append("{\"custom_id\":\"" + prompt + "\",\"body\":{\"messages\":[{\"content\":\"")
          .append(prompt + "\"}]}}\n");
    }
    return lines.toString();
  }

  private void put(String content) throws Exception {
    mount.put("inbox/b.jsonl", content);
    mount.clock().run();
  }

  @Test
  void cancelPublishesWhatHasEnded() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    model.answers(
        body -> {
          if (body.contains("three")) {
            Until.released(letGo);
          }
          return body.contains("two") ? FakeModel.json(400, "{}") : FakeModel.echo(body);
        });
    put(lines("one", "two", "three", "four"));
    Until.holds("the third", () -> model.calls() == 3);
    mount.ctl("cancel b");
    letGo.countDown();
    assertThat(mount.state("b")).isEqualTo("cancelled");
    assertThat(mount.text("outbox/b_output.jsonl").lines())
        .hasSize(1)
        .first()
        .asString()
        .contains("re: one");
    assertThat(mount.text("outbox/b_errors.jsonl").lines()).hasSize(1);
    assertThat(mount.status("b").at("/request_counts/completed").asInt()).isEqualTo(1);
    assertThat(mount.status("b").at("/request_counts/failed").asInt()).isEqualTo(1);
    assertThat(mount.status("b").path("message").asString()).contains("2 of 4 lines had ended");
    assertThat(model.calls()).isEqualTo(3);
  }

  @Test
  void aRetryOfACancelledBatchSendsTheOtherLines() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    model.answers(
        body -> {
          if (body.contains("two")) {
            Until.released(letGo);
          }
          return FakeModel.echo(body);
        });
    put(lines("one", "two", "three"));
    Until.holds("the second", () -> model.calls() == 2);
    mount.ctl("cancel b");
    letGo.countDown();
    assertThat(mount.state("b")).isEqualTo("cancelled");
    mount.ctl("retry b");
    mount.clock().run();
    assertThat(mount.read("wait/b")).contains("re: one", "re: two", "re: three");
    assertThat(mount.state("b")).isEqualTo("completed");
    assertThat(mount.status("b").at("/request_counts/completed").asInt()).isEqualTo(3);
    assertThat(model.calls()).as("only these are sent again: two, three").isEqualTo(4);
  }

  @Test
  void linesThatAreForbiddenFailAndHoldNothing() throws Exception {
    model.answers(
        body ->
            body.contains("bad")
                ? FakeModel.json(403, "{\"error\":{\"message\":\"no\"}}")
                : FakeModel.echo(body));
    put(lines("bad1", "bad2", "bad3", "bad4", "bad5", "good"));
    mount.awaitState("b", "completed");
    assertThat(mount.text("outbox/b_errors.jsonl").lines()).hasSize(5);
    assertThat(mount.text("outbox/b_output.jsonl")).contains("re: good");
    assertThat(mount.stats().at("/endpoints/default/held").isNull()).isTrue();
    assertThat(model.calls()).as("none is sent twice").isEqualTo(6);
  }

  @Test
  void aLineWhoseKeyIsNotAcceptedHoldsItsBatchUntilOthersPass() throws Exception {
    mount.close();
    config.put("workers", 2); // so that another line can be the probe
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
    CountDownLatch isHeld = new CountDownLatch(1);
    model.answers(
        body -> {
          if (body.contains("bad")) {
            return FakeModel.json(401, "{}");
          }
          if (!body.contains("one")) {
            Until.released(isHeld); // otherwise all others may have passed before that line fails
          }
          return FakeModel.echo(body);
        });
    put(lines("one", "bad", "two", "three"));
    Until.holds(
        "the endpoint is held", () -> !mount.stats().at("/endpoints/default/held").isNull());
    mount.clock().advance(Duration.ofSeconds(1));
    mount.awaitState("b", "held");
    isHeld.countDown();
    Until.holds(
        "the others pass, and the line fails",
        () -> {
          mount.clock().advance(Duration.ofMinutes(1));
          return mount.state("b").equals("completed");
        });
    assertThat(mount.text("outbox/b_output.jsonl").lines()).hasSize(3);
    assertThat(mount.text("outbox/b_errors.jsonl").lines())
        .singleElement()
        .asString()
        .contains("\"custom_id\":\"bad\"", "401");
    assertThat(mount.stats().at("/endpoints/default/held").isNull()).isTrue();
  }

  @Test
  void theCountsIncludeTheLastLineWithoutWaitingForAnother() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    model.answers(
        body -> {
          if (body.contains("three")) {
            Until.released(letGo);
          }
          return FakeModel.echo(body);
        });
    put(lines("one", "two", "three"));
    Until.holds("the third", () -> model.calls() == 3);
    mount.clock().advance(Duration.ofSeconds(1));
    assertThat(mount.status("b").at("/request_counts/completed").asInt()).isEqualTo(2);
    letGo.countDown();
    mount.awaitState("b", "completed");
  }

  @Test
  void retrySendsOnlyTheFailedLines() throws Exception {
    model.answers(body -> body.contains("two") ? FakeModel.json(400, "{}") : FakeModel.echo(body));
    put(lines("one", "two", "three"));
    mount.awaitState("b", "completed");
    model.answers(FakeModel::echo);
    mount.ctl("retry b");
    mount.clock().run();
    assertThat(mount.read("wait/b").lines().toList())
        .hasSize(3)
        .satisfiesExactly(
            one -> assertThat(one).contains("re: one"),
            two -> assertThat(two).contains("re: two"),
            three -> assertThat(three).contains("re: three"));
    assertThat(model.calls()).isEqualTo(4);
    assertThat(mount.exists("outbox/b_errors.jsonl")).isFalse();
    assertThat(mount.status("b").at("/request_counts/completed").asInt()).isEqualTo(3);
  }

  @Test
  void aRestartBeforeARetryIsAcceptedKeepsTheAnswers() throws Exception {
    model.answers(body -> body.contains("two") ? FakeModel.json(400, "{}") : FakeModel.echo(body));
    put(lines("one", "two", "three"));
    mount.awaitState("b", "completed");
    mount.ctl("retry b"); // the clock does not move
    assertThat(mount.state("b")).isEqualTo("pending");
    mount.close();
    model.answers(FakeModel::echo);
    mount = Mount.open(mount.inner, new ManualTimers(), config);
    mount.clock().run();
    assertThat(mount.read("wait/b").lines().toList()).hasSize(3);
    assertThat(model.calls()).isEqualTo(4);
  }

  @Test
  void aBatchThatIsWrittenAgainIsSentAgainCompletely() throws Exception {
    put(lines("one", "two"));
    mount.awaitState("b", "completed");
    mount.ctl("retry b"); // no line has failed, so all lines are sent again
    mount.clock().run();
    mount.read("wait/b");
    assertThat(model.calls()).isEqualTo(4);
    put(lines("one", "two"));
    mount.read("wait/b");
    assertThat(model.calls()).isEqualTo(6);
  }
}
