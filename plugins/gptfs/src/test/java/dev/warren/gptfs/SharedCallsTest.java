package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code max_calls}: the number of calls that all hosts make together. */
@Tag("slow")
class SharedCallsTest {
  private static final Duration LONG = SharedHosts.LONG;
  private static final Duration SHORT = SharedHosts.SHORT;

  @TempDir Path directory;
  private final Semaphore answers = new Semaphore(0);
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private SharedHosts hosts;
  private FakeModel model;

  @BeforeEach
  void begin() throws Exception {
    hosts = new SharedHosts(directory);
    model = hosts.model;
    model.answers(
        body -> {
          mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          answers.acquireUninterruptibly();
          inFlight.decrementAndGet();
          return FakeModel.echo(body);
        });
  }

  @AfterEach
  void end() throws Exception {
    answers.release(1_000_000);
    hosts.close();
  }

  private Mount host(Duration lease, int workers, int maxCalls) throws Exception {
    return hosts.limited(lease, workers, maxCalls);
  }

  private static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    IntStream.range(0, count)
        .forEach(
            i ->
                lines
                    .append("{\"custom_id\":\"p" + i + "\",\"body\":{\"messages\":[{\"content\":\"")
                    .append("p" + i + "\"}]}}\n"));
    return lines.toString();
  }

  private static int running(Mount host) throws Exception {
    return host.stats().path("queue").path("running_calls").asInt();
  }

  private static int waiting(Mount host) throws Exception {
    return host.stats().path("queue").path("waiting_calls").asInt();
  }

  private void awaitInFlight(int count) throws Exception {
    Until.holds(count + " calls in flight", () -> inFlight.get() == count);
  }

  @Test
  void jobsAndLinesOfAllHostsCountTogether() throws Exception {
    List<Mount> all = List.of(host(LONG, 4, 5), host(LONG, 4, 5), host(LONG, 4, 5));
    all.getFirst().put("inbox/b.jsonl", lines(60));
    for (int i = 0; i < 30; i++) {
      all.get(i % 3).put("inbox/x" + i + ".txt", "x" + i);
    }
    awaitInFlight(5);
    Until.holds(
        "all workers wait",
        () -> {
          int sum = 0;
          for (Mount host : all) {
            sum += waiting(host) > 0 ? 1 : 0;
          }
          return sum == 3;
        });
    assertThat(running(all.get(0)) + running(all.get(1)) + running(all.get(2))).isEqualTo(5);
    answers.release(1_000_000);
    assertThat(all.get(1).read("wait/b").lines()).hasSize(60);
    for (int i = 0; i < 30; i++) {
      assertThat(all.get((i + 1) % 3).read("wait/x" + i)).isEqualTo("re: x" + i);
    }
    assertThat(mostInFlight).hasValue(5);
    assertThat(model.calls()).isEqualTo(90);
    Until.holds(
        "no place is left", () -> hosts.ask("SELECT count(*) FROM gptfs_calls").equals("0"));
  }

  /** One host has work for hours, the other has a single prompt. */
  @Test
  void hostsTakeTurns() throws Exception {
    Mount busy = host(LONG, 2, 1);
    busy.ctl("pause");
    for (int i = 0; i < 20; i++) {
      busy.put("inbox/x" + i + ".txt", "x" + i);
    }
    busy.ctl("resume");
    awaitInFlight(1);
    Mount other = host(LONG, 1, 1);
    Until.holds("it waits, too", () -> waiting(other) > 0);
    Until.holds("both hosts wait", () -> hosts.ask("SELECT count(*) FROM gptfs_calls").equals("3"));
    for (int i = 0; i < 6; i++) {
      int calls = model.calls();
      answers.release(1);
      Until.holds("the next call", () -> model.calls() == calls + 1);
    }
    assertThat(calls(busy)).isGreaterThanOrEqualTo(2);
    assertThat(calls(other)).isGreaterThanOrEqualTo(1);
    answers.release(1_000_000);
    for (int i = 0; i < 20; i++) {
      assertThat(busy.read("wait/x" + i)).isEqualTo("re: x" + i);
    }
    assertThat(mostInFlight).hasValue(1);
  }

  private static int calls(Mount host) throws Exception {
    return host.stats().path("since_start").path("calls").asInt();
  }

  @Test
  void theCallsOfADeadHostDoNotCount() throws Exception {
    Mount dead = host(LONG, 3, 3);
    dead.put("inbox/b.jsonl", lines(12));
    awaitInFlight(3);
    Mount other = host(SHORT, 2, 3);
    Until.holds("it waits", () -> waiting(other) == 2);
    assertThat(running(other)).isZero();
    hosts.ask(
        "UPDATE gptfs_hosts SET seen_at = 1, lease_until = 2 WHERE id = '%s'"
            .formatted(dead.host()));
    Until.holds("its places are free", () -> running(other) == 2);
    answers.release(1_000_000);
    assertThat(other.read("wait/b").lines()).hasSize(12);
    assertThat(other.status("b").path("possible_duplicate").asBoolean()).isTrue();
  }

  @Test
  void aHostThatShutsDownFreesItsCallsAtOnce() throws Exception {
    Mount first = host(LONG, 2, 2);
    first.put("inbox/b.jsonl", lines(8));
    awaitInFlight(2);
    Mount other = host(LONG, 2, 2);
    Until.holds("it waits", () -> waiting(other) == 2);
    hosts.hosts.remove(first);
    first.close();
    Until.holds("its places are free", () -> running(other) == 2);
    answers.release(1_000_000);
    assertThat(other.read("wait/b").lines()).hasSize(8);
  }
}
