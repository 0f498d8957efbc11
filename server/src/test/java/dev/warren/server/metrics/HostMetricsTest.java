package dev.warren.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.Metrics;
import dev.warren.api.VfsPath;
import dev.warren.namespace.Namespace;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostMetricsTest {
  private final HostMetrics metrics = new HostMetrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void eachKindOfMetricHasItsHelp() throws Exception {
    Metrics plugin = metrics.of(VfsPath.parse("/a"));
    plugin.describe("sample_jobs_total", "jobs that were done");
    plugin.describe("sample_wait_seconds", "how long jobs waited");
    plugin.describe("sample_queue", "jobs that wait");
    plugin.counter("sample_jobs_total", "state", "done").increment();
    plugin.timer("sample_wait_seconds").record(Duration.ofMillis(5));
    plugin.gauge("sample_queue", () -> 3);

    assertThat(metrics.scrape())
        .contains("# HELP sample_jobs_total jobs that were done\n")
        .contains("sample_jobs_total{mount=\"/a\",state=\"done\"} 1.0\n")
        .contains("# HELP sample_wait_seconds how long jobs waited\n")
        .contains("# HELP sample_queue jobs that wait\n")
        .contains("sample_queue{mount=\"/a\"} 3.0\n");
  }

  @Test
  void theFirstHelpTextIsKept() throws Exception {
    metrics.of(VfsPath.parse("/a")).describe("sample_jobs_total", "the first");
    metrics.of(VfsPath.parse("/b")).describe("sample_jobs_total", "the second");
    metrics.of(VfsPath.parse("/b")).counter("sample_jobs_total").increment();
    assertThat(metrics.scrape()).contains("# HELP sample_jobs_total the first\n");
  }

  @Test
  void allMetricsOfTheHostHaveHelp() {
    Namespace namespace = new Namespace();
    metrics.show(new OperationMetrics(namespace), namespace);
    assertThat(metrics.scrape().lines().filter(line -> line.startsWith("# HELP ")))
        .hasSizeGreaterThan(20)
        .allMatch(line -> line.matches("# HELP [a-z0-9_]+ \\S.*"));
    namespace.close(Duration.ZERO);
  }

  @Test
  void theMemoryBudgetIsShownByUse() throws Exception {
    MemoryBudget memory = new MemoryBudget(8 << 20, 4 << 20);
    metrics.show(memory);
    try (MemoryBudget.Account account = memory.open();
        MemoryBudget.Account stranger = memory.openForStranger()) {
      account.tryTake(Use.FIDS, 100_000);
      account.tryTake(Use.FIDS, 8 << 20);
      stranger.tryTake(Use.BUFFERS, 16 << 10);
      assertThat(metrics.scrape())
          .contains("warren_memory_limit_bytes{area=\"heap\"} 8388608.0\n")
          .contains("warren_memory_charged_bytes{area=\"heap\"} 114688.0\n")
          .contains("warren_memory_used_bytes{use=\"fids\"} 100000.0\n")
          .contains("warren_memory_refusals_total{use=\"fids\"} 1.0\n")
          .contains("warren_memory_refusals_total{use=\"locks\"} 0.0\n")
          .contains("warren_memory_strangers_bytes{area=\"direct\"} 16384.0\n");
    }
    assertThat(metrics.scrape()).contains("warren_memory_used_bytes{use=\"fids\"} 0.0\n");
  }

  @Test
  void aMountThatIsGoneIsForgotten() throws Exception {
    metrics.of(VfsPath.parse("/a")).counter("sample_jobs_total").increment();
    metrics.of(VfsPath.parse("/b")).counter("sample_jobs_total").increment();
    metrics.forget(VfsPath.parse("/a"));
    assertThat(metrics.scrape())
        .doesNotContain("mount=\"/a\"")
        .contains("sample_jobs_total{mount=\"/b\"} 1.0\n");
  }

  @Test
  void aStuckMountLacksOnlyItsOwnGauges() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    metrics
        .of(VfsPath.parse("/stuck"))
        .gauge(
            "sample_queue",
            () -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return 1;
            });
    metrics.of(VfsPath.parse("/stuck")).counter("sample_jobs_total").increment();
    metrics
        .of(VfsPath.parse("/broken"))
        .gauge(
            "sample_queue",
            () -> {
              throw new IllegalStateException("broken");
            });
    metrics.of(VfsPath.parse("/fine")).gauge("sample_queue", () -> 3);
    assertThat(metrics.scrape())
        .contains("sample_queue{mount=\"/fine\"} 3.0\n")
        .contains("sample_jobs_total{mount=\"/stuck\"} 1.0\n")
        .doesNotContain("sample_queue{mount=\"/stuck\"}")
        .doesNotContain("NaN");
    release.countDown();
    String text = "";
    // until the thread that was stuck has ended
    while (!text.contains("sample_queue{mount=\"/stuck\"} 1.0\n")) {
      text = metrics.scrape();
    }
    assertThat(text).doesNotContain("/broken");
  }

  @Test
  void aGaugeThatIsMadeAgainReplacesTheFirst() throws Exception {
    Metrics mount = metrics.of(VfsPath.parse("/a"));
    mount.gauge("sample_queue", () -> 1, "kind", "x");
    mount.gauge("sample_queue", () -> 2, "kind", "x");
    assertThat(metrics.scrape())
        .containsOnlyOnce("sample_queue{")
        .contains("sample_queue{kind=\"x\",mount=\"/a\"} 2.0\n");
  }
}
