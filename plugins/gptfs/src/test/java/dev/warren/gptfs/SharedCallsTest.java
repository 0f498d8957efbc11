package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.config.Config;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.database.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code max_calls}: how many calls hosts make together. */
@Tag("slow")
class SharedCallsTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir Path directory;
  private final List<Mount> hosts = new ArrayList<>();
  private final Semaphore answers = new Semaphore(0);
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private FakeModel model;
  private FileSystem files;
  private DatabaseSettings database;

  @BeforeEach
  void begin() throws Exception {
    model = new FakeModel();
    model.answers(
        body -> {
          mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          answers.acquireUninterruptibly();
          inFlight.decrementAndGet();
          return FakeModel.echo(body);
        });
    MemfsPlugin memory = new MemfsPlugin();
    Config config = memory.configSpec().parse(Map.of()).orThrow();
    files = memory.open(TestContext.in(directory), config);
    database =
        new DatabaseSettings(
            PostgresServer.shared().database(),
            PostgresServer.USER,
            new Secret(PostgresServer.PASSWORD),
            false);
  }

  @AfterEach
  void end() throws Exception {
    answers.release(1_000_000);
    for (Mount host : hosts) {
      host.close();
    }
    files.close();
    model.close();
  }

  private Mount host(Duration lease, int workers, int maxCalls) throws Exception {
    Map<String, Object> config = new HashMap<>(Mount.config(model.url()));
    config.put("workers", workers);
    config.put("max_calls", maxCalls);
    config.remove("inner");
    config.put(
        "database",
        Map.of(
            "url", database.url(),
            "user", PostgresServer.USER,
            "password", PostgresServer.PASSWORD));
    Mount host = Mount.open(files, TestDatabase.shared(database, lease), config);
    hosts.add(host);
    return host;
  }

  private String ask(String question) throws Exception {
    try (TestContext context = TestContext.in(directory);
        Connection connection = context.database(database).getConnection();
        Statement statement = connection.createStatement()) {
      if (!statement.execute(question)) {
        return Integer.toString(statement.getUpdateCount());
      }
      ResultSet rows = statement.getResultSet();
      return rows.next() ? rows.getString(1) : "nothing";
    }
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
    Until.holds("no place is left", () -> ask("SELECT count(*) FROM gptfs_calls").equals("0"));
  }

  /** One host has work for hours, the other a prompt. */
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
    Until.holds("both hosts wait", () -> ask("SELECT count(*) FROM gptfs_calls").equals("3"));
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
  void theCallsOfAHostThatDiesCountNoMore() throws Exception {
    Mount dead = host(LONG, 3, 3);
    dead.put("inbox/b.jsonl", lines(12));
    awaitInFlight(3);
    Mount other = host(SHORT, 2, 3);
    Until.holds("it waits", () -> waiting(other) == 2);
    assertThat(running(other)).isZero();
    ask(
        "UPDATE gptfs_hosts SET seen_at = 1, lease_until = 2 WHERE id = '%s'"
            .formatted(dead.host()));
    Until.holds("its places are free", () -> running(other) == 2);
    answers.release(1_000_000);
    assertThat(other.read("wait/b").lines()).hasSize(12);
    assertThat(other.status("b").path("possible_duplicate").asBoolean()).isTrue();
  }

  @Test
  void aHostThatEndsGivesItsPlacesBackAtOnce() throws Exception {
    Mount first = host(LONG, 2, 2);
    first.put("inbox/b.jsonl", lines(8));
    awaitInFlight(2);
    Mount other = host(LONG, 2, 2);
    Until.holds("it waits", () -> waiting(other) == 2);
    hosts.remove(first);
    first.close();
    Until.holds("its places are free", () -> running(other) == 2);
    answers.release(1_000_000);
    assertThat(other.read("wait/b").lines()).hasSize(8);
  }
}
