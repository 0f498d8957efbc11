package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** For each kind of outcome: the state of the job, and the number of calls that the server saw. */
@Tag("slow")
class HttpOutcomesTest {
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

  private void put() throws Exception {
    open();
    mount.put("inbox/p.txt", "hi");
    mount.clock().run();
  }

  /** The first calls get the given response, later ones succeed. */
  private void first(int count, Function<String, MockResponse> answer) {
    AtomicInteger calls = new AtomicInteger();
    model.answers(
        body -> calls.incrementAndGet() <= count ? answer.apply(body) : FakeModel.echo(body));
  }

  private void awaitCalls(int count) throws Exception {
    Until.holds(
        count + " calls, none running",
        () ->
            model.calls() == count
                && mount.stats().path("queue").path("running_calls").asInt() == 0);
  }

  private static String error(String code) {
    return "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"" + code + "\"}}";
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 425, 429, 500, 502, 503, 504, 520, 524, 529})
  void transientStatusesAreTriedAgain(int status) throws Exception {
    first(1, body -> FakeModel.json(status, error("rate_limit_exceeded")));
    put();
    awaitCalls(1);
    Until.holds("tried again later", () -> mount.state("p").equals("pending"));
    assertThat(mount.status("p").path("next_attempt_at").isString()).isTrue();
    mount.clock().advance(Duration.ofSeconds(1));
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    assertThat(model.calls()).isEqualTo(2);
    assertThat(mount.status("p").path("attempts").asInt()).isEqualTo(2);
    assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 400, 404, 405, 413, 415, 422})
  void permanentStatusesFailAtOnce(int status) throws Exception {
    model.answers(
        body -> FakeModel.json(status, error("bad"), "Location", model.server.url("/x") + ""));
    put();
    mount.awaitState("p", "failed");
    mount.clock().advance(Duration.ofHours(1));
    assertThat(model.calls()).isEqualTo(1);
    assertThat(mount.status("p").path("error").path("http_status").asInt()).isEqualTo(status);
    assertThat(mount.status("p").path("error").path("class").asString()).isEqualTo("rejected");
    assertThat(mount.exists("outbox/p_response.txt")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "401,x",
    "402,x",
    "403,account_deactivated",
    "429,insufficient_quota",
    "429,credit_balance_exhausted"
  })
  void accountErrorsHoldTheEndpointAndDoNotBurnTheQueue(int status, String code) throws Exception {
    model.answers(body -> FakeModel.json(status, error(code)));
    config.put("workers", 1);
    open();
    for (int i = 0; i < 20; i++) {
      mount.put("inbox/p" + i + ".txt", "hi");
    }
    mount.clock().run();
    awaitCalls(1);
    mount.clock().advance(Duration.ofMinutes(4));
    assertThat(model.calls()).isEqualTo(1);
    mount.put("inbox/late.txt", "hi");
    mount.clock().run();
    Until.holds("held", () -> mount.state("p0").equals("held"));
    mount.clock().run();
    for (String name : List.of("p0", "p1", "p19", "late")) {
      assertThat(mount.state(name)).as(name).isEqualTo("held");
      assertThat(mount.status(name).path("message").asString()).contains("is held: HTTP " + status);
    }
    mount.clock().advance(Duration.ofMinutes(2)); // one call probes the endpoint
    awaitCalls(2);
    model.answers(FakeModel::echo);
    mount.ctl("pause");
    mount.ctl("resume");
    mount.clock().run();
    for (int i = 0; i < 20; i++) {
      assertThat(mount.read("wait/p" + i)).isEqualTo("re: hi");
    }
    assertThat(mount.read("wait/late")).isEqualTo("re: hi");
    assertThat(model.calls()).isEqualTo(23);
  }

  @Test
  void aProbeOpensTheEndpointByItself() throws Exception {
    first(1, body -> FakeModel.json(401, error("x")));
    put();
    awaitCalls(1);
    Until.holds("held", () -> mount.state("p").equals("held"));
    mount.clock().advance(Duration.ofMinutes(6));
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
  }

  @Test
  void jobsThatWaitSayAgainThatTheyWaitWhenTheEndpointIsNotHeldAnyMore() throws Exception {
    config.put("workers", 1);
    CountDownLatch release = new CountDownLatch(1);
    first(1, body -> FakeModel.json(401, error("x")));
    put();
    awaitCalls(1);
    Until.holds("held", () -> mount.state("p").equals("held"));
    for (String name : List.of("q", "r")) {
      mount.put("inbox/" + name + ".txt", "hi");
    }
    mount.clock().run();
    assertThat(mount.state("r")).isEqualTo("held");
    model.answers(
        body -> {
          if (model.calls() > 2) {
            Until.released(release);
          }
          return FakeModel.echo(body);
        });
    mount.clock().advance(Duration.ofMinutes(6));
    // The probe has succeeded, the next call is in flight, and the last job waits.
    Until.holds("three calls", () -> model.calls() == 3);
    mount.clock().run();
    long held =
        Stream.of("p", "q", "r")
            .filter(name -> Until.asked(() -> mount.state(name)).equals("held"))
            .count();
    assertThat(held).isZero();
    release.countDown();
    assertThat(mount.read("wait/r")).isEqualTo("re: hi");
  }

  @Test
  void retryAfterPausesAllWorkers() throws Exception {
    config.put("workers", 4);
    first(1, body -> FakeModel.json(429, error("slow_down"), "Retry-After", "30"));
    put();
    awaitCalls(1);
    for (int i = 0; i < 50; i++) {
      mount.put("inbox/q" + i + ".txt", "hi");
    }
    mount.clock().advance(Duration.ofSeconds(29));
    assertThat(model.calls()).isEqualTo(1);
    mount.clock().advance(Duration.ofSeconds(3));
    for (int i = 0; i < 50; i++) {
      assertThat(mount.read("wait/q" + i)).isEqualTo("re: hi");
    }
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    assertThat(model.calls()).isEqualTo(52);
  }

  @Test
  void retryAfterAsADateIsHonoured() throws Exception {
    open();
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            mount.timers.instant().plusSeconds(60).atOffset(ZoneOffset.UTC));
    first(1, body -> FakeModel.json(503, "busy", "Retry-After", date));
    mount.put("inbox/p.txt", "hi");
    mount.clock().run();
    awaitCalls(1);
    Until.holds("waits", () -> mount.state("p").equals("pending"));
    mount.clock().advance(Duration.ofSeconds(58));
    assertThat(model.calls()).isEqualTo(1);
    mount.clock().advance(Duration.ofSeconds(5));
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
  }

  @Test
  void aHugeRetryAfterHoldsTheEndpoint() throws Exception {
    first(1, body -> FakeModel.json(429, error("x"), "Retry-After", "86400"));
    put();
    awaitCalls(1);
    Until.holds("held", () -> mount.state("p").equals("held"));
    mount.clock().advance(Duration.ofHours(23));
    assertThat(model.calls()).isEqualTo(1);
    mount.clock().advance(Duration.ofHours(2));
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
  }

  @Test
  void anEmptyRateLimitIsWaitedFor() throws Exception {
    first(
        1,
        body ->
            FakeModel.json(
                200,
                FakeModel.completion("one"),
                "x-ratelimit-remaining-requests",
                "0",
                "x-ratelimit-reset-requests",
                "1m0s"));
    put();
    assertThat(mount.read("wait/p")).isEqualTo("one");
    mount.put("inbox/q.txt", "hi");
    mount.clock().advance(Duration.ofSeconds(59));
    assertThat(model.calls()).isEqualTo(1);
    mount.clock().advance(Duration.ofSeconds(2));
    assertThat(mount.read("wait/q")).isEqualTo("re: hi");
  }

  @ParameterizedTest
  @CsvSource({"500,false,failed,1", "400,true,completed,2"})
  void xShouldRetryIsObeyed(int status, String retry, String state, int calls) throws Exception {
    first(1, body -> FakeModel.json(status, error("x"), "x-should-retry", retry));
    put();
    awaitCalls(1);
    Until.holds("decided", () -> !mount.state("p").equals("processing"));
    mount.clock().advance(Duration.ofSeconds(5));
    mount.awaitState("p", state);
    assertThat(model.calls()).isEqualTo(calls);
  }

  @Test
  void aCallWhoseAnswerIsLostIsRepeatedOnceAndFlagged() throws Exception {
    first(
        1,
        body -> new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    put();
    awaitCalls(1);
    Until.holds("tried again later", () -> mount.state("p").equals("pending"));
    mount.clock().advance(Duration.ofSeconds(1));
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isTrue();
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void answersThatKeepGettingLostFailTheJob() throws Exception {
    first(
        9,
        body -> new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    put();
    awaitCalls(1);
    Until.holds("tried again later", () -> mount.state("p").equals("pending"));
    mount.clock().advance(Duration.ofSeconds(1));
    mount.awaitState("p", "failed");
    mount.clock().advance(Duration.ofHours(1));
    assertThat(model.calls()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "{\"choices\":[{\"mess", "[]"})
  void aMalformedAnswerIsUnclear(String body) throws Exception {
    first(1, request -> FakeModel.json(200, body));
    put();
    awaitCalls(1);
    Until.holds("tried again later", () -> mount.state("p").equals("pending"));
    mount.clock().advance(Duration.ofSeconds(1));
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isTrue();
  }

  @Test
  void a200WithAnErrorInsideIsNoAnswer() throws Exception {
    model.answers(body -> FakeModel.json(200, "{\"error\":{\"message\":\"no\",\"code\":400}}"));
    put();
    mount.awaitState("p", "failed");
    assertThat(mount.exists("outbox/p_response.txt")).isFalse();
  }

  @Test
  void a200WithARateLimitInsideIsTriedAgain() throws Exception {
    first(1, body -> FakeModel.json(200, "{\"error\":{\"message\":\"no\",\"code\":429}}"));
    put();
    awaitCalls(1);
    Until.holds("tried again later", () -> mount.state("p").equals("pending"));
    mount.clock().advance(Duration.ofSeconds(2));
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
  }

  @Test
  void anAnswerThatIsTooLongFails() throws Exception {
    config.put("max_response_bytes", "1KiB");
    model.answers(body -> FakeModel.text("x".repeat(2000)));
    put();
    mount.awaitState("p", "failed");
    assertThat(mount.status("p").path("error").path("class").asString())
        .isEqualTo("response_too_long");
  }

  @Test
  void attemptsAreLimited() throws Exception {
    config.put("max_attempts", 3);
    model.answers(body -> FakeModel.json(500, error("x")));
    put();
    for (int i = 1; i <= 3; i++) {
      awaitCalls(i);
      String expected = i == 3 ? "failed" : "pending";
      Until.holds("decided", () -> mount.state("p").equals(expected));
      mount.clock().advance(Duration.ofMinutes(1));
    }
    assertThat(model.calls()).isEqualTo(3);
  }

  @Test
  void fallbacksAreTriedInOrder() throws Exception {
    try (FakeModel second = new FakeModel()) {
      config.put("endpoints", Map.of("b", Map.of("api_host", second.url(), "api_key", "k-other")));
      config.put("fallbacks", List.of("b"));
      config.put("max_attempts", 1);
      model.answers(body -> FakeModel.json(500, error("x")));
      put();
      assertThat(mount.read("wait/p")).isEqualTo("re: hi");
      assertThat(mount.status("p").path("endpoint").asString()).isEqualTo("b");
      model.answers(body -> FakeModel.json(401, error("x")));
      mount.put("inbox/q.txt", "hi");
      mount.put("inbox/r.txt", "hi");
      mount.clock().run();
      assertThat(mount.read("wait/q")).isEqualTo("re: hi");
      assertThat(mount.read("wait/r")).isEqualTo("re: hi");
      assertThat(second.calls()).isEqualTo(3);
    }
  }

  @Test
  void aKeyInAnErrorIsNotShown() throws Exception {
    model.answers(
        body ->
            FakeModel.json(
                400,
                "{\"error\":{\"message\":\"Incorrect key "
                    + Mount.KEY
                    + " or sk-proj-abc123*****xyz9\",\"type\":\""
                    + Mount.KEY
                    + "\"}}"));
    put();
    mount.awaitState("p", "failed");
    assertThat(mount.text("outbox/p_status.json"))
        .doesNotContain(Mount.KEY)
        .doesNotContain("abc123");
  }

  @Test
  void aConnectionThatIsRefusedIsTriedAgainAndNeverFlagged() throws Exception {
    model.server.close();
    put();
    JsonNode status = mount.awaitTried("p", 1);
    assertThat(status.path("error").path("class").asString()).isEqualTo("not_sent");
    assertThat(status.path("possible_duplicate").asBoolean()).isFalse();
  }
}
