package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.InterceptedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Background responses are polled until they have ended. */
class BackgroundTest {
  private static final String REQUEST = "{\"background\":true,\"input\":\"hi\"}";

  private final MemoryFileSystem disk = new MemoryFileSystem();
  private BackgroundModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new BackgroundModel();
    config = Mount.config(model.url());
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void open() throws Exception {
    mount = Mount.open(disk, new ManualTimers(), config);
  }

  private void ask(String name, String request) throws Exception {
    mount.put("inbox/" + name + ".json", request);
    mount.clock().run();
  }

  /** The service has accepted the request, and its response must be polled. */
  private void taken(String name) throws Exception {
    ask(name, REQUEST);
    awaitTaken(name);
  }

  private void awaitTaken(String name) throws Exception {
    Until.holds(
        "taken",
        () ->
            mount.state(name).equals("processing")
                && mount.status(name).path("message").asString().contains("works on it"));
  }

  /** Moves the clock in steps, and waits for the calls of each step to end. */
  private void pass(Duration time, Duration step) throws Exception {
    Instant end = mount.clock().steady().plus(time);
    while (mount.clock().steady().isBefore(end)) {
      mount.clock().advance(step);
      Until.holds(
          "none runs",
          () ->
              mount.stats().at("/queue/running_polls").asInt() == 0
                  && mount.stats().at("/queue/running_calls").asInt() == 0);
    }
  }

  private void completed(String name) throws Exception {
    ended(name);
    assertThat(mount.status(name).path("possible_duplicate").asBoolean()).isFalse();
  }

  private void ended(String name) throws Exception {
    Until.holds(
        name + " is completed",
        () -> {
          mount.clock().advance(Duration.ofSeconds(1));
          return mount.state(name).equals("completed");
        });
    assertThat(mount.read("wait/" + name)).isEqualTo("yes");
  }

  private void failed() throws Exception {
    Until.holds(
        "failed",
        () -> {
          mount.clock().advance(Duration.ofSeconds(1));
          return mount.state("p").equals("failed");
        });
  }

  private void called(String call) throws Exception {
    Until.holds(call + " among " + model.calls, () -> model.count(call) == 1);
  }

  @Test
  void aBackgroundResponseIsPolledUntilItEnds() throws Exception {
    open();
    taken("p");
    assertThat(mount.status("p").path("message").asString()).contains("resp_1");
    pass(Duration.ofSeconds(5), Duration.ofSeconds(1));
    assertThat(mount.state("p")).isEqualTo("processing");
    assertThat(model.count("GET resp_1")).isGreaterThan(1);
    model.ends("yes");
    completed("p");
    assertThat(model.count("POST")).isEqualTo(1);
    assertThat(model.calls).noneMatch(call -> call.startsWith("CANCEL"));
    assertThat(mount.status("p").path("attempts").asInt()).isEqualTo(1);
    assertThat(mount.stats().at("/queue/jobs").asInt()).isZero();
  }

  @Test
  void parametersMayRequestTheBackground() throws Exception {
    config.put("parameters", Map.of("background", true));
    open();
    mount.put("inbox/p.txt", "hi");
    mount.clock().run();
    awaitTaken("p");
    model.ends("yes");
    completed("p");
  }

  @Test
  void pollIntervalsGrowButStayShorterThanServicesKeepResponses() throws Exception {
    config.put("give_up_after", "2h");
    open();
    taken("p");
    pass(Duration.ofMinutes(5), Duration.ofSeconds(2));
    int first = model.count("GET resp_1");
    assertThat(first).isBetween(15, 40);
    pass(Duration.ofMinutes(20), Duration.ofSeconds(10));
    assertThat(model.count("GET resp_1") - first).isBetween(38, 41);
  }

  @Test
  void aResponseThatDoesNotEndIsCancelledAndFails() throws Exception {
    config.put("give_up_after", "30m");
    open();
    taken("p");
    pass(Duration.ofMinutes(29), Duration.ofMinutes(1));
    assertThat(mount.state("p")).isEqualTo("processing");
    pass(Duration.ofMinutes(2), Duration.ofSeconds(30));
    mount.awaitState("p", "failed");
    assertThat(mount.status("p").at("/error/class").asString()).isEqualTo("gave_up");
    called("CANCEL resp_1");
  }

  /** The host dies at the first commit in which the job's row has a state. */
  private record Death(String state, boolean after, AtomicBoolean dead)
      implements InterceptedDatabase.Commits {
    @Override
    public void around(Connection connection, InterceptedDatabase.Commit commit)
        throws SQLException {
      boolean now = dead.get() || isThere(connection);
      if (now && after && !dead.getAndSet(true)) {
        commit.run();
      }
      if (now) {
        dead.set(true);
        throw new SQLException("dead");
      }
      commit.run();
    }

    private boolean isThere(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet tables =
              statement.executeQuery("SELECT 1 FROM sqlite_schema WHERE name = 'gptfs_jobs'")) {
        if (!tables.next()) {
          return false;
        }
      }
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery("SELECT 1 FROM gptfs_jobs WHERE state = '" + state + "'")) {
        return rows.next();
      }
    }
  }

  private void dieAt(String state, boolean after) throws Exception {
    Death death = new Death(state, after, new AtomicBoolean());
    mount = Mount.open(disk, TestDatabase.of(disk).with(death), new ManualTimers(), config);
    ask("p", REQUEST);
    Until.holds("dead", death.dead::get);
    mount.close();
    model.ends("yes");
    open();
  }

  @Test
  void aRestartPollsByTheIdAndPaysNothing() throws Exception {
    dieAt("REMOTE", true);
    completed("p");
    assertThat(model.count("POST")).isEqualTo(1);
  }

  @Test
  void aRestartMayPayTwiceOnlyUntilTheIdIsStored() throws Exception {
    dieAt("REMOTE", false);
    ended("p");
    assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isTrue();
    assertThat(model.count("POST")).isEqualTo(2);
  }

  @Test
  void aShutdownDoesNotCancelTheResponse() throws Exception {
    open();
    taken("p");
    mount.close();
    open();
    Until.holds("asked at once", () -> model.count("GET resp_1") == 1);
    model.ends("yes");
    completed("p");
    assertThat(model.calls).doesNotContain("CANCEL resp_1");
    assertThat(model.count("POST")).isEqualTo(1);
  }

  @Test
  void aPromptRemovedWhileTheHostIsDownCancelsItsResponse() throws Exception {
    open();
    taken("p");
    mount.close();
    disk.unlink(Mount.path("inbox/p.json"));
    open();
    called("CANCEL resp_1");
    assertThat(mount.state("p")).isEqualTo("cancelled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ctl", "rm", "rewritten"})
  void anUnwantedResponseIsCancelledAtTheService(String how) throws Exception {
    open();
    taken("p");
    switch (how) {
      case "ctl" -> mount.ctl("cancel p");
      case "rm" -> mount.fs.unlink(Mount.path("inbox/p.json"));
      default -> mount.put("inbox/p.json", REQUEST.replace("hi", "ho"));
    }
    mount.clock().run();
    called("CANCEL resp_1");
    if (how.equals("rewritten")) {
      awaitTaken("p");
      model.ends("yes");
      completed("p");
      assertThat(model.calls).doesNotContain("CANCEL resp_2");
    } else {
      assertThat(mount.state("p")).isEqualTo("cancelled");
      int asked = model.count("GET resp_1");
      pass(Duration.ofMinutes(2), Duration.ofSeconds(10));
      assertThat(model.count("GET resp_1")).isEqualTo(asked);
    }
  }

  @Test
  void aCancelThatFailsIsTriedAgain() throws Exception {
    open();
    taken("p");
    model.server.setDispatcher(
        new mockwebserver3.Dispatcher() {
          @Override
          public MockResponse dispatch(mockwebserver3.RecordedRequest request) {
            model.calls.add("CANCEL resp_1");
            return FakeModel.json(model.count("CANCEL resp_1") < 3 ? 503 : 200, "{}");
          }
        });
    mount.ctl("cancel p");
    Until.holds("asked", () -> model.count("CANCEL resp_1") == 1);
    pass(Duration.ofMinutes(2), Duration.ofSeconds(10));
    assertThat(model.count("CANCEL resp_1")).isEqualTo(3);
  }

  @Test
  void aResponseCancelledBeforeItsIdIsKnownIsCancelledOnceItIs() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    model.takes(
        number -> {
          Until.released(go);
          return FakeModel.json(200, BackgroundModel.response("resp_1", "queued", null));
        });
    open();
    ask("p", REQUEST);
    called("POST");
    mount.ctl("cancel p");
    assertThat(mount.state("p")).isEqualTo("cancelled");
    go.countDown();
    called("CANCEL resp_1");
    assertThat(mount.state("p")).isEqualTo("cancelled");
  }

  @Test
  void aServiceThatSendsNoIdIsNotPolled() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    model.takes(
        number -> {
          Until.released(go);
          return FakeModel.json(200, BackgroundModel.response("resp_1", "queued", null));
        });
    open();
    ask("p", REQUEST);
    called("POST");
    mount.ctl("cancel p");
    mount.clock().advance(Duration.ofSeconds(10));
    Until.holds("free", () -> mount.stats().at("/queue/running_calls").asInt() == 0);
    go.countDown();
  }

  @ParameterizedTest
  @CsvSource({"server_error, 6", "invalid_prompt, 1"})
  void aFailedResponseIsRequestedAgainWithoutAFlag(String code, int posts) throws Exception {
    model.says(
        id ->
            FakeModel.json(
                200,
                "{\"id\":\""
                    + id
                    + "\",\"object\":\"response\",\"status\":\"failed\",\"output\":[],"
                    + "\"error\":{\"code\":\""
                    + code
                    + "\",\"message\":\"no luck\"}}"));
    open();
    ask("p", REQUEST);
    awaitTaken("p");
    failed();
    assertThat(mount.status("p").at("/error/message").asString()).contains("no luck");
    assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isFalse();
    assertThat(model.count("POST")).isEqualTo(posts);
  }

  @Test
  void aResponseThatWasCancelledAtTheServiceFailsTheJob() throws Exception {
    model.says(id -> FakeModel.json(200, BackgroundModel.response(id, "cancelled", "half")));
    open();
    taken("p");
    failed();
    assertThat(mount.status("p").at("/error/message").asString()).contains("cancelled");
    assertThat(mount.exists("outbox/p_response.txt")).isFalse();
    assertThat(mount.text("outbox/p_response.json")).contains("half");
  }

  @Test
  void aResponseThatTheServiceHasForgottenIsNotPaidForAgain() throws Exception {
    model.says(id -> FakeModel.json(404, "{\"error\":{\"message\":\"no such response\"}}"));
    open();
    taken("p");
    failed();
    assertThat(mount.status("p").at("/error/class").asString()).isEqualTo("response_lost");
    assertThat(mount.status("p").at("/error/message").asString()).contains("resp_1");
    assertThat(model.calls).containsExactly("POST", "GET resp_1");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 429, 500, 503})
  void aPollThatCannotBeMadeIsMadeLater(int status) throws Exception {
    model.says(id -> FakeModel.json(status, "{}"));
    open();
    for (String name : List.of("a", "b", "c", "d")) {
      taken(name);
    }
    pass(Duration.ofMinutes(10), Duration.ofSeconds(5));
    assertThat(model.calls.stream().filter(call -> call.startsWith("GET")).count())
        .as("one asks for all")
        .isLessThan(60);
    for (String name : List.of("a", "b", "c", "d")) {
      assertThat(mount.state(name)).isIn("held", "processing");
    }
    assertThat(mount.stats().at("/endpoints/default/held").isNull()).isTrue();
    model.ends("yes");
    pass(Duration.ofMinutes(10), Duration.ofSeconds(10));
    for (String name : List.of("a", "b", "c", "d")) {
      assertThat(mount.read("wait/" + name)).isEqualTo("yes");
      assertThat(mount.status(name).path("attempts").asInt()).isEqualTo(1);
    }
    assertThat(model.count("POST")).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>portal</html>", "{}", "{\"error\":{\"message\":\"odd\"}}"})
  void anInvalidPollResultIsRetriedAFewTimesOnly(String body) throws Exception {
    model.says(id -> FakeModel.json(200, body));
    open();
    taken("p");
    pass(Duration.ofMinutes(1), Duration.ofSeconds(5));
    mount.awaitState("p", "failed");
    assertThat(model.count("GET resp_1")).isEqualTo(6);
    called("CANCEL resp_1");
    assertThat(model.count("POST")).isEqualTo(1);
  }

  @Test
  void aBackgroundResponseOccupiesNoWorker() throws Exception {
    config.put("workers", 1);
    model.takes(
        number ->
            FakeModel.json(
                200,
                BackgroundModel.response(
                    "resp_" + number, number < 4 ? "queued" : "completed", "now")));
    open();
    for (String name : List.of("a", "b", "c")) {
      taken(name);
    }
    ask("now", "{\"input\":\"hi\"}");
    assertThat(mount.read("wait/now")).isEqualTo("now");
    assertThat(mount.state("a")).isEqualTo("processing");
  }

  @Test
  void aLongCallDoesNotPreventPolling() throws Exception {
    config.put("workers", 1);
    CountDownLatch go = new CountDownLatch(1);
    model.takes(
        number -> {
          if (number == 2) {
            Until.released(go);
          }
          return FakeModel.json(200, BackgroundModel.response("resp_" + number, "queued", null));
        });
    open();
    taken("p");
    ask("slow", REQUEST);
    Until.holds("runs", () -> model.count("POST") == 2);
    model.ends("yes");
    completed("p");
    go.countDown();
  }

  @Test
  void paidResponsesAreFetchedWhileNewCallsAreHeld() throws Exception {
    open();
    taken("p");
    mount.ctl("pause");
    model.ends("yes");
    completed("p");
    mount.ctl("resume");
    model.takes(
        number ->
            number == 2
                ? FakeModel.json(200, BackgroundModel.response("resp_2", "queued", null))
                : FakeModel.json(429, "{\"error\":{\"code\":\"insufficient_quota\"}}"));
    model.says(id -> FakeModel.json(200, BackgroundModel.response(id, "in_progress", null)));
    taken("q");
    ask("refused", REQUEST);
    mount.awaitState("refused", "held");
    model.ends("yes");
    completed("q");
    assertThat(mount.state("refused")).as("news of before the hold open nothing").isEqualTo("held");
    assertThat(model.count("POST")).isEqualTo(3);
  }

  @Test
  void theIdIsEnoughOfAStream() throws Exception {
    String begun =
        "event: response.created\ndata: {\"type\":\"response.created\",\"response\":"
            + BackgroundModel.response("resp_1", "queued", null)
            + "}\n\n";
    model.takes(number -> FakeModel.stream(begun)); // then the stream breaks off
    open();
    ask("p", "{\"background\":true,\"stream\":true,\"input\":\"hi\"}");
    awaitTaken("p");
    model.ends("yes");
    completed("p");
    assertThat(model.count("POST")).isEqualTo(1);
  }

  @Test
  void aRenamedJobIsPolledUnderItsNewName() throws Exception {
    open();
    taken("p");
    mount.fs.rename(Mount.path("inbox/p.json"), Mount.path("inbox/q.json"), false);
    mount.clock().run();
    model.ends("yes");
    completed("q");
    assertThat(model.calls).doesNotContain("CANCEL resp_1");
    assertThat(model.count("POST")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../files", "a/b", "..", "a?b", ""})
  void anIdThatChangesTheUrlIsInvalid(String id) throws Exception {
    model.takes(number -> FakeModel.json(200, BackgroundModel.response(id, "queued", null)));
    open();
    ask("p", REQUEST);
    mount.awaitState("p", "failed");
    assertThat(model.calls).containsExactly("POST");
  }

  @Test
  void linesOfABatchCannotRunInTheBackground() throws Exception {
    open();
    mount.put(
        "inbox/b.jsonl",
        "{\"custom_id\":\"1\",\"url\":\"/v1/responses\",\"body\":" + REQUEST + "}");
    mount.clock().run();
    mount.awaitState("b", "failed");
    assertThat(mount.status("b").path("message").asString()).contains("line 1", "background");
    assertThat(model.calls).isEmpty();
  }

  @Test
  void aLineThatTheServiceRunsInTheBackgroundAnywayHasNoAnswer() throws Exception {
    open();
    mount.put(
        "inbox/b.jsonl",
        "{\"custom_id\":\"1\",\"url\":\"/v1/responses\",\"body\":{\"input\":\"hi\"}}");
    mount.clock().run();
    mount.awaitState("b", "completed");
    assertThat(mount.text("outbox/b_errors.jsonl")).contains("background", "resp_1");
  }
}
