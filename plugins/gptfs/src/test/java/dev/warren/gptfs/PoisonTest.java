package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that fails does not affect other jobs. */
class PoisonTest {
  private FakeModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    config = Mount.config(model.url());
    config.put("workers", 1);
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void open(FileSystem inner) throws Exception {
    mount = Mount.open(inner, new ManualTimers(), config);
  }

  private void open() throws Exception {
    open(new MemoryFileSystem());
  }

  private void put(String name) throws Exception {
    mount.put("inbox/" + name + ".txt", name);
    mount.clock().run();
  }

  /** Prompts that contain "bad" get the given response, others succeed. */
  private void bad(Function<String, MockResponse> answer) {
    model.answers(body -> body.contains("bad") ? answer.apply(body) : FakeModel.echo(body));
  }

  private void awaitCalls(int count) throws Exception {
    Until.holds(
        count + " calls, none running",
        () -> model.calls() == count && mount.stats().at("/queue/running_calls").asInt() == 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"no access\",\"code\":\"model_not_found\"}}",
        "{\"error\":{\"message\":\"flagged\",\"metadata\":{\"reasons\":[\"violence\"]}}}",
        "{\"error\":{\"message\":\"who knows\"}}"
      })
  void aPromptThatIsForbiddenFailsAndHoldsNobody(String error) throws Exception {
    bad(body -> FakeModel.json(403, error));
    open();
    put("bad");
    mount.awaitState("bad", "failed");
    put("good");
    assertThat(mount.read("wait/good")).isEqualTo("re: good");
    assertThat(mount.stats().at("/endpoints/default/held").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"no\",\"code\":\"flagged\"}}",
        // Azure
        "{\"error\":{\"message\":\"filtered\",\"type\":null,\"code\":\"content_filter\",\"status\":403}}",
        "{\"error\":{\"message\":\"filtered\",\"code\":\"403\",\"innererror\":"
            + "{\"code\":\"ResponsibleAIPolicyViolation\"}}}"
      })
  void manyFlaggedPromptsDoNotHoldTheEndpoint(String error) throws Exception {
    bad(body -> FakeModel.json(403, error));
    open();
    for (int i = 0; i < 5; i++) {
      put("bad" + i);
      mount.awaitState("bad" + i, "failed");
    }
    assertThat(mount.stats().at("/endpoints/default/held").isNull()).isTrue();
  }

  @Test
  void severalForbiddenJobsInARowWithoutAReasonHoldTheEndpoint() throws Exception {
    model.answers(body -> FakeModel.json(403, "{\"error\":{\"message\":\"no\"}}"));
    open();
    for (String name : new String[] {"a", "b", "c", "d"}) {
      put(name);
    }
    awaitCalls(3);
    mount.clock().run();
    assertThat(mount.state("a")).isEqualTo("failed");
    assertThat(mount.state("b")).isEqualTo("failed");
    assertThat(mount.state("c")).isEqualTo("held");
    assertThat(mount.state("d")).isEqualTo("held");
    model.answers(FakeModel::echo);
    mount.clock().advance(Duration.ofMinutes(6));
    assertThat(mount.read("wait/c")).isEqualTo("re: c");
    assertThat(mount.read("wait/d")).isEqualTo("re: d");
  }

  @Test
  void anotherJobIsTheProbeAndTheOneThatHeldTheEndpointTwiceFails() throws Exception {
    bad(body -> FakeModel.json(401, "{\"error\":{\"message\":\"secret of bad\"}}"));
    open();
    put("bad");
    awaitCalls(1);
    put("good");
    put("fine");
    mount.clock().advance(Duration.ofMinutes(4));
    assertThat(mount.status("good").path("status").asString()).isEqualTo("held");
    assertThat(mount.text("outbox/good_status.json")).doesNotContain("secret");
    assertThat(mount.stats().toString()).doesNotContain("secret");
    assertThat(mount.text("outbox/bad_status.json")).contains("secret of bad");
    mount.clock().advance(Duration.ofMinutes(2));
    assertThat(mount.read("wait/good")).isEqualTo("re: good");
    assertThat(mount.read("wait/fine")).isEqualTo("re: fine");
    mount.awaitState("bad", "failed");
    assertThat(mount.status("bad").at("/error/message").asString()).contains("secret of bad");
    assertThat(mount.stats().at("/endpoints/default/held").isNull()).isTrue();
    assertThat(model.calls()).isEqualTo(4);
  }

  @Test
  void anAccountThatIsRefusedForAWeekFailsNoJob() throws Exception {
    model.answers(body -> FakeModel.json(401, "{}"));
    open();
    put("a");
    put("b");
    for (int i = 0; i < 7; i++) {
      mount.clock().advance(Duration.ofDays(1));
      Until.holds("none runs", () -> mount.stats().at("/queue/running_calls").asInt() == 0);
    }
    mount.awaitState("a", "held");
    mount.awaitState("b", "held");
    assertThat(model.calls()).isGreaterThan(3);
  }

  @Test
  void aHeldEndpointDoesNotRewriteEveryStatus() throws Exception {
    AtomicInteger written = new AtomicInteger();
    FileSystem counting =
        new ForwardingFileSystem(new MemoryFileSystem()) {
          @Override
          public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
            written.addAndGet(to.name().endsWith("_status.json") ? 1 : 0);
            super.rename(from, to, replace);
          }
        };
    open(counting);
    mount.ctl("pause");
    for (int i = 0; i < 500; i++) {
      mount.put("inbox/p" + i + ".txt", "hi");
    }
    mount.clock().run();
    model.answers(body -> FakeModel.json(401, "{}"));
    int before = written.get();
    mount.ctl("resume");
    awaitCalls(1);
    mount.clock().run();
    assertThat(written.get() - before).isBetween(50, 110);
    int again = written.get();
    mount.clock().advance(Duration.ofMinutes(6)); // a probe fails
    awaitCalls(2);
    mount.clock().run();
    assertThat(written.get() - again).isLessThan(10);
  }
}
