package dev.warren.gptfs;

import static dev.warren.gptfs.SharedHosts.LONG;
import static dev.warren.gptfs.SharedHosts.SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts share the gate of a held endpoint: one of them probes it on behalf of all. */
@Tag("slow")
class SharedGatesTest {
  @TempDir Path directory;
  private final CountDownLatch released = new CountDownLatch(1);
  private SharedHosts hosts;
  private FakeModel model;

  @BeforeEach
  void begin() throws Exception {
    hosts = new SharedHosts(directory);
    model = hosts.model;
  }

  @AfterEach
  void end() throws Exception {
    released.countDown();
    hosts.close();
  }

  private static String gate(Mount host, String what) throws FsException {
    return host.stats().path("endpoints").path("default").path(what).asString("");
  }

  /**
   * Holds the endpoint on all hosts, by a prompt on the first host, which waits for it from then
   * on.
   */
  private void hold(List<Mount> all) throws Exception {
    model.answers(_ -> FakeModel.json(401, "{\"error\":{\"message\":\"bad key\"}}"));
    all.getFirst().put("inbox/x.txt", "x");
    for (Mount host : all) {
      Until.holds("held", () -> !gate(host, "held").isEmpty());
      Until.holds("until a time", () -> !gate(host, "closed_until").isEmpty());
    }
    // All notifications about the held endpoint have been sent.
    Until.holds("told", () -> isTold(1));
  }

  /** Whether the gate is held until a future time, and no host probes it. */
  private boolean isTold(int rows) throws Exception {
    return hosts
        .ask(
            "SELECT count(*) FROM gptfs_gates WHERE prober IS NULL AND held IS NOT NULL AND"
                + " closed_until > EXTRACT(EPOCH FROM clock_timestamp()) * 1000")
        .equals(Integer.toString(rows));
  }

  /** Makes the gate due: a host may probe the endpoint now. */
  private void due() throws Exception {
    assertThat(hosts.ask("UPDATE gptfs_gates SET closed_until = 1")).isEqualTo("1");
    hosts.ask("SELECT pg_notify('warren', 'gptfs settings')");
  }

  private void answersWhenReleased() {
    model.answers(
        body -> {
          Until.released(released);
          return FakeModel.echo(body);
        });
  }

  @Test
  void oneHostProbesAHeldEndpointAndTheOthersWaitForTheResult() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    hold(List.of(a, b));
    b.put("inbox/y.txt", "y");
    b.awaitState("y", "held");
    Instant before = Instant.parse(gate(b, "closed_until"));
    answersWhenReleased();
    int calls = model.calls();
    due();
    hosts.awaitCalls(calls + 1);
    Mount other = hosts.ask("SELECT prober FROM gptfs_gates").equals(a.host()) ? b : a;
    Until.holds(
        "the other waits for as long as this one may be alive",
        () ->
            !gate(other, "closed_until").isEmpty()
                && Instant.parse(gate(other, "closed_until")).isAfter(before.plusSeconds(60)));
    assertThat(model.calls()).isEqualTo(calls + 1);
    assertThat(gate(other, "held")).isNotEmpty();
    released.countDown();
    assertThat(a.read("wait/x")).isEqualTo("re: x");
    assertThat(b.read("wait/y")).isEqualTo("re: y");
    assertThat(model.calls()).isEqualTo(calls + 2);
    assertThat(hosts.ask("SELECT prober FROM gptfs_gates")).isEqualTo("null");
  }

  @Test
  void eachIntervalHasOneCallOfAllHosts() throws Exception {
    Mount a = hosts.host(LONG, 2);
    Mount b = hosts.host(LONG, 2);
    hold(List.of(a, b));
    for (Mount host : List.of(a, b)) {
      for (int i = 0; i < 3; i++) {
        host.put("inbox/" + (host == a ? "a" : "b") + i + ".txt", "waits");
      }
    }
    int calls = model.calls();
    for (int round = 1; round <= 8; round++) {
      due();
      hosts.awaitCalls(calls + round);
      Until.holds("told", () -> isTold(1));
      for (Mount host : List.of(a, b)) {
        Until.holds("heard", () -> !gate(host, "closed_until").isEmpty());
      }
      assertThat(model.calls()).isEqualTo(calls + round);
    }
    model.answers(FakeModel::echo);
    due();
    for (String name : List.of("x", "a0", "a1", "a2", "b0", "b1", "b2")) {
      a.awaitState(name, "completed");
    }
    assertThat(model.calls()).isEqualTo(calls + 8 + 7);
  }

  @Test
  void aHostThatDiesWhileItProbesDelaysNoOther() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(SHORT, 1);
    hold(List.of(a, b));
    answersWhenReleased();
    int calls = model.calls();
    due();
    hosts.awaitCalls(calls + 1);
    assertThat(hosts.ask("SELECT prober FROM gptfs_gates")).isEqualTo(a.host());
    b.put("inbox/y.txt", "y");
    Until.holds("b waits", () -> !gate(b, "closed_until").isEmpty());
    assertThat(model.calls()).isEqualTo(calls + 1);
    model.answers(FakeModel::echo);
    hosts.expire(a);
    assertThat(b.read("wait/y")).isEqualTo("re: y");
    assertThat(b.read("wait/x")).isEqualTo("re: x");
  }

  @Test
  void aCallThatShowsNothingAboutTheEndpointLeavesTheNextProbeToAnyHost() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    hold(List.of(a, b));
    answersWhenReleased();
    int calls = model.calls();
    due();
    hosts.awaitCalls(calls + 1);
    b.put("inbox/y.txt", "y");
    Until.holds("b waits", () -> !gate(b, "closed_until").isEmpty());
    model.answers(FakeModel::echo);
    b.ctl("cancel x");
    assertThat(b.read("wait/y")).isEqualTo("re: y");
  }

  @Test
  void resumeOnAnyHostDoesNotWaitForTheProbingHost() throws Exception {
    Mount a = hosts.host(LONG, 1);
    Mount b = hosts.host(LONG, 1);
    hold(List.of(a, b));
    answersWhenReleased();
    int calls = model.calls();
    due();
    hosts.awaitCalls(calls + 1);
    b.put("inbox/y.txt", "y");
    Until.holds("b waits", () -> !gate(b, "closed_until").isEmpty());
    model.answers(FakeModel::echo);
    b.ctl("resume");
    assertThat(b.read("wait/y")).isEqualTo("re: y");
    Until.holds("open on a", () -> gate(a, "held").isEmpty());
    released.countDown();
    assertThat(a.read("wait/x")).isEqualTo("re: x");
  }

  /** Holds up all writes of a host, until the transaction ends. */
  private Connection writesOf(Mount host) throws Exception {
    Connection connection = hosts.connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT 1 FROM gptfs_hosts WHERE id = '%s' FOR UPDATE".formatted(host.host()));
    }
    return connection;
  }

  private void awaitLock() throws Exception {
    Until.holds(
        "a write waits",
        () ->
            !hosts
                .ask(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
                        + " wait_event_type = 'Lock'")
                .equals("0"));
  }

  private void refusesTheKeyWhenReleased() {
    model.answers(
        _ -> {
          Until.released(released);
          return FakeModel.json(401, "{\"error\":{\"message\":\"bad key\"}}");
        });
  }

  @Test
  void whatAHostHasLearntBeforeAResumeHoldsNothingAfterIt() throws Exception {
    Mount a = hosts.host(LONG, 1);
    refusesTheKeyWhenReleased();
    a.put("inbox/x.jsonl", "{\"custom_id\":\"1\",\"body\":{\"messages\":[]}}\n");
    hosts.awaitCalls(1);
    Mount b = hosts.host(LONG, 1);
    try (Connection lock = writesOf(a)) {
      released.countDown();
      awaitLock(); // the host is about to publish that the endpoint is held
      model.answers(FakeModel::echo);
      b.ctl("resume");
      lock.commit();
    }
    a.awaitState("x", "completed");
    assertThat(model.calls()).isEqualTo(2);
    for (Mount host : List.of(a, b)) {
      Until.holds("open", () -> gate(host, "held").isEmpty());
    }
    assertThat(hosts.ask("SELECT held FROM gptfs_gates")).isEqualTo("null");
  }

  /**
   * What a host has learnt is published once the job's step is stored; another notice may arrive
   * before that.
   */
  @Test
  void whatAHostHasLearntIsNotForgottenBeforeItIsPublished() throws Exception {
    Mount a = hosts.host(LONG, 1);
    refusesTheKeyWhenReleased();
    a.put("inbox/x.txt", "x");
    hosts.awaitCalls(1);
    Mount b = hosts.host(LONG, 1);
    try (Connection lock = writesOf(a)) {
      released.countDown();
      awaitLock();
      Until.holds("held on a", () -> !gate(a, "held").isEmpty());
      hosts.ask("INSERT INTO gptfs_settings (name, value) VALUES ('paused', 'true')");
      hosts.ask("SELECT pg_notify('warren', 'gptfs settings')");
      Until.holds("heard", () -> a.stats().path("paused").asBoolean());
      lock.commit();
    }
    Until.holds("held on b", () -> !gate(b, "held").isEmpty());
    assertThat(gate(a, "held")).isNotEmpty();
    assertThat(model.calls()).isEqualTo(1);
  }
}
