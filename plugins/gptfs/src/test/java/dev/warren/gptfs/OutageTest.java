package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An endpoint that is not available for a while makes no job fail; a job that fails while others
 * succeed ends.
 */
class OutageTest {
  private FakeModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    config = Mount.config(model.url());
    config.put("retry_base", "500ms");
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void open() throws Exception {
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
  }

  private void put(String name) throws Exception {
    mount.put("inbox/" + name + ".txt", name);
    mount.clock().run();
  }

  private void pass(Duration time, Duration step) throws Exception {
    Instant end = mount.clock().steady().plus(time);
    while (mount.clock().steady().isBefore(end)) {
      mount.clock().advance(step);
      Until.holds("none runs", () -> mount.stats().at("/queue/running_calls").asInt() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 529})
  void anOutageOfMinutesFailsNothing(int status) throws Exception {
    model.answers(body -> FakeModel.json(status, "{}"));
    open();
    for (int i = 0; i < 10; i++) {
      put("p" + i);
    }
    pass(Duration.ofMinutes(10), Duration.ofSeconds(1));
    for (int i = 0; i < 10; i++) {
      assertThat(mount.state("p" + i)).isIn("held", "pending");
    }
    assertThat(mount.stats().at("/endpoints/default/held").asString()).contains("HTTP " + status);
    assertThat(model.calls()).as("one tries for all").isLessThan(40);
    model.answers(FakeModel::echo);
    mount.clock().advance(Duration.ofMinutes(2));
    for (int i = 0; i < 10; i++) {
      assertThat(mount.read("wait/p" + i)).isEqualTo("re: p" + i);
      assertThat(mount.status("p" + i).path("possible_duplicate").asBoolean()).isFalse();
    }
  }

  @Test
  void anEndpointThatIsNotThereIsWaitedFor() throws Exception {
    config.put("api_host", "http://127.0.0.1:1/v1/chat/completions");
    open();
    put("alone");
    pass(Duration.ofMinutes(10), Duration.ofSeconds(1));
    assertThat(mount.state("alone")).isEqualTo("held");
    assertThat(mount.status("alone").path("message").asString()).contains("cannot be reached");
    assertThat(mount.status("alone").at("/error/class").asString()).isEqualTo("not_sent");
    assertThat(mount.status("alone").path("attempts").asInt()).isBetween(10, 30);
  }

  @Test
  void aJobThatHasWaitedLongEnoughFails() throws Exception {
    config.put("api_host", "http://127.0.0.1:1/v1/chat/completions");
    config.put("give_up_after", "10m");
    open();
    put("alone");
    pass(Duration.ofMinutes(9), Duration.ofSeconds(10));
    assertThat(mount.state("alone")).isEqualTo("held");
    pass(Duration.ofMinutes(5), Duration.ofSeconds(10));
    mount.awaitState("alone", "failed");
    assertThat(mount.status("alone").at("/error/class").asString()).isEqualTo("not_sent");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void aJobThatFailsWhileOthersSucceedEnds(int status) throws Exception {
    model.answers(
        body -> body.contains("bad") ? FakeModel.json(status, "{}") : FakeModel.echo(body));
    open();
    put("bad");
    for (int i = 0; i < 30; i++) {
      put("good" + i);
      pass(Duration.ofMinutes(1), Duration.ofMinutes(1));
      assertThat(mount.read("wait/good" + i)).isEqualTo("re: good" + i);
    }
    mount.awaitState("bad", "failed");
    assertThat(model.calls()).isEqualTo(36);
  }

  /** It is unknown whether the job or the endpoint is the cause, and each call may be billed. */
  @ParameterizedTest
  @ValueSource(ints = {500, 502, 504})
  void aJobThatFailsAloneEndsAfterItsAttempts(int status) throws Exception {
    model.answers(body -> FakeModel.json(status, "{}"));
    open();
    put("alone");
    for (int i = 0; i < 100 && !mount.state("alone").equals("failed"); i++) {
      pass(Duration.ofSeconds(1), Duration.ofSeconds(1));
    }
    mount.awaitState("alone", "failed");
    assertThat(model.calls()).isEqualTo(6);
    assertThat(mount.stats().at("/endpoints/default/held").isNull()).isTrue();
  }

  @Test
  void failedPromptsAreSentAgainAtOnce() throws Exception {
    model.answers(body -> FakeModel.json(400, "{}"));
    open();
    put("a");
    put("b");
    mount.awaitState("a", "failed");
    mount.awaitState("b", "failed");
    model.answers(FakeModel::echo);
    put("c");
    assertThat(mount.read("wait/c")).isEqualTo("re: c");
    mount.ctl("retry --failed");
    mount.clock().run();
    assertThat(mount.read("wait/a")).isEqualTo("re: a");
    assertThat(mount.read("wait/b")).isEqualTo("re: b");
    assertThat(model.calls()).isEqualTo(5);
    assertThat(mount.status("c").path("revision").asInt()).isEqualTo(1);
  }

  @Test
  void aClockThatIsSetBackKeepsNobodyWaiting() throws Exception {
    model.answers(body -> FakeModel.json(429, "{}", "Retry-After", "30"));
    open();
    put("p");
    mount.awaitTried("p", 1);
    mount.clock().set(Duration.ofDays(-1));
    model.answers(FakeModel::echo);
    mount.clock().advance(Duration.ofSeconds(32));
    mount.awaitState("p", "completed");
  }
}
