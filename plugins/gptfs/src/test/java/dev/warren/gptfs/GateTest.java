package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results of calls to an endpoint that was held or reopened while they were in flight. */
class GateTest {
  private static final String LINE =
      "{\"custom_id\":\"1\",\"body\":{\"messages\":[{\"content\":\"hi\"}]}}";

  private FakeModel model;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    Map<String, Object> config = Mount.config(model.url());
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void put(String name, String content) throws Exception {
    mount.put("inbox/" + name, content);
    mount.clock().run();
  }

  private void awaitCalls(int count) throws Exception {
    Until.holds(
        count + " calls, none running",
        () -> model.calls() == count && mount.stats().at("/queue/running_calls").asInt() == 0);
  }

  /** The first call gets the given response once it is released; later calls succeed at once. */
  private void first(CountDownLatch letGo, MockResponse answer) {
    AtomicBoolean later = new AtomicBoolean();
    model.answers(
        body -> {
          if (later.getAndSet(true)) {
            return FakeModel.echo(body);
          }
          Until.released(letGo);
          return answer;
        });
  }

  @ParameterizedTest
  @CsvSource({"p.txt,401", "p.txt,429", "p.jsonl,401", "p.jsonl,429"})
  void aCallFromBeforeResumeDoesNotHoldTheEndpointAgain(String name, int status) throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    first(letGo, FakeModel.json(status, "{}", "Retry-After", "86400"));
    put(name, name.endsWith("l") ? LINE : "hi");
    Until.holds("called", () -> model.calls() == 1);
    mount.ctl("resume");
    letGo.countDown();
    mount.awaitState("p", "completed"); // without moving the clock
    assertThat(mount.stats().at("/endpoints/default/held").isNull()).isTrue();
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void aCallFromBeforeResumePausesNoOtherCall() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    first(letGo, FakeModel.json(429, "{}", "Retry-After", "30"));
    put("p.txt", "hi");
    Until.holds("called", () -> model.calls() == 1);
    mount.ctl("resume");
    letGo.countDown();
    awaitCalls(1);
    put("q.txt", "hi");
    mount.awaitState("q", "completed");
    assertThat(mount.state("p")).as("it waits as long as it was told").isEqualTo("pending");
    mount.clock().advance(Duration.ofMinutes(1));
    mount.awaitState("p", "completed");
  }

  @Test
  void anAnswerToACallFromBeforeTheHoldDoesNotOpenTheEndpoint() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    model.answers(
        body -> {
          if (model.calls() > 1) {
            return FakeModel.json(401, "{}");
          }
          Until.released(letGo);
          return FakeModel.echo(body);
        });
    put("p.txt", "hi");
    Until.holds("called", () -> model.calls() == 1);
    put("q.txt", "hi");
    mount.awaitState("q", "held");
    letGo.countDown();
    mount.awaitState("p", "completed");
    awaitCalls(2);
    put("r.txt", "hi");
    assertThat(mount.state("r")).isEqualTo("held");
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void aShorterPauseAfterALongOneEndsInTime() throws Exception {
    model.answers(body -> FakeModel.json(429, "{}", "Retry-After", "86400"));
    put("p.txt", "hi");
    mount.awaitState("p", "held");
    awaitCalls(1);
    model.answers(body -> FakeModel.json(401, "{}"));
    mount.ctl("resume");
    awaitCalls(2);
    mount.awaitState("p", "held");
    model.answers(FakeModel::echo);
    mount.clock().advance(Duration.ofMinutes(6));
    mount.awaitState("p", "completed");
  }
}
