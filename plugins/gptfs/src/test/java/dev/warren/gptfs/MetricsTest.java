package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The metrics of gptfs that the host shows. */
class MetricsTest {
  private final RecordingMetrics metrics = new RecordingMetrics();

  @Test
  void queueCallsTokensRetriesAndGatesAreCounted() throws Exception {
    try (FakeModel model = new FakeModel()) {
      Map<String, Object> config = Mount.config(model.url());
      config.put("workers", 1);
      try (Mount mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config, metrics)) {
        mount.ctl("pause");
        mount.put("inbox/a.txt", "hello");
        mount.put("inbox/b.txt", "hello");
        mount.clock().run();
        is("gptfs_queue_jobs", 2);
        is("gptfs_queue_bytes", 10);
        is("gptfs_waiting_calls", 2);
        is("gptfs_running_calls", 0);
        is("gptfs_jobs_total[state, accepted]", 2);
        is("gptfs_queue_wait_seconds", 0);
        assertThat(metrics.value("gptfs_journal_bytes")).isPositive();

        model.answers(
            body ->
                model.calls() == 1
                    ? FakeModel.json(429, "{}", "Retry-After", "5")
                    : FakeModel.echo(body));
        mount.ctl("resume");
        Until.holds("paused", () -> metrics.value("gptfs_gate_paused[endpoint, default]") == 1);
        is("gptfs_gate_held[endpoint, default]", 0);
        Until.holds("retried", () -> metrics.value("gptfs_retries_total[reason, rate_limit]") == 1);
        Until.holds("pending", () -> mount.state("a").equals("pending"));
        mount.clock().advance(Duration.ofSeconds(10));
        mount.read("wait/a");
        mount.read("wait/b");
        is("gptfs_jobs_total[state, completed]", 2);
        is("gptfs_queue_wait_seconds", 2);
        is("gptfs_call_seconds[endpoint, default]", 3);
        is("gptfs_calls_total[endpoint, default, result, 429]", 1);
        is("gptfs_calls_total[endpoint, default, result, 200]", 2);
        is("gptfs_tokens_total[model, test-model-1, kind, prompt]", 6);
        is("gptfs_tokens_total[model, test-model-1, kind, completion]", 8);
        is("gptfs_gate_paused[endpoint, default]", 0);
        is("gptfs_queue_jobs", 0);

        model.answers(body -> FakeModel.json(401, "{}"));
        mount.put("inbox/c.txt", "hello");
        mount.clock().run();
        Until.holds("held", () -> metrics.value("gptfs_gate_held[endpoint, default]") == 1);
        Until.holds("said", () -> mount.state("c").equals("held"));
        mount.fs.unlink(Mount.path("inbox/c.txt"));
        mount.clock().run();
        is("gptfs_jobs_total[state, cancelled]", 1);
        mount.put("inbox/d.json", "{}");
        mount.clock().run();
        is("gptfs_jobs_total[state, failed]", 1);
      }
    }
  }

  @Test
  void theFirstTokenOfAStreamIsTimed() throws Exception {
    try (FakeModel model = new FakeModel()) {
      model.answers(
          body ->
              FakeModel.stream(
                  "data: {\"choices\":[{\"delta\":{\"content\":\"x\"},"
                      + "\"finish_reason\":\"stop\"}]}\n\n"));
      Map<String, Object> config = Mount.config(model.url());
      config.put("stream", true);
      try (Mount mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config, metrics)) {
        mount.put("inbox/a.txt", "hello");
        mount.clock().run();
        mount.read("wait/a");
        is("gptfs_first_token_seconds", 1);
      }
    }
  }

  private void is(String key, double value) {
    assertThat(metrics.value(key)).as(key).isEqualTo(value);
  }
}
