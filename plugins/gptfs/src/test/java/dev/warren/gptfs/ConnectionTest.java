package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.memfs.MemoryFileSystem;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that fail before the request was sent, and after. */
class ConnectionTest {
  private static final MockResponse LONG = FakeModel.text("x".repeat(100_000));

  private static void triedOnce(Mount mount, String kind) throws Exception {
    assertThat(mount.awaitTried("p", 1).at("/error/class").asString()).isEqualTo(kind);
  }

  @Test
  void aHandshakeThatNeverEndsIsNotSentAndNotFlagged() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Map<String, Object> config =
          Mount.config("https://127.0.0.1:" + silent.getLocalPort() + "/v1/chat/completions");
      config.put("connect_timeout", "100ms");
      config.put("read_timeout", "100ms");
      try (Mount mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config)) {
        mount.put("inbox/p.txt", "hi");
        mount.clock().run();
        triedOnce(mount, "not_sent");
        assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isFalse();
      }
    }
  }

  /** RFC 6761: names below {@code invalid} have no address, which is known without a network. */
  @Test
  void aNameWithoutAnAddressIsTriedAgainThenFailsAndHoldsNothing() throws Exception {
    Map<String, Object> config = Mount.config("https://model.invalid/v1/chat/completions");
    config.put("give_up_after", "0s");
    config.put("retry_base", "500ms");
    try (Mount mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config)) {
      mount.put("inbox/p.txt", "hi");
      mount.clock().run();
      triedOnce(mount, "not_sent");
      assertThat(mount.status("p").at("/error/message").asString()).contains("model.invalid");
      assertThat(mount.status("p").at("/message").asString()).contains("attempt 1 failed");
      assertThat(mount.status("p").path("next_attempt_at").isString()).isTrue();
      assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isFalse();
      assertThat(mount.stats().at("/endpoints/default/held").isNull()).isTrue();
      mount.clock().advance(Duration.ofMinutes(1));
      mount.awaitState("p", "failed");
      assertThat(mount.status("p").at("/error/class").asString()).isEqualTo("not_sent");
      assertThat(mount.status("p").at("/error/retryable").asBoolean()).isTrue();
      assertThat(mount.status("p").path("attempts").asInt()).isEqualTo(2);
    }
  }

  /** Ways in which a response is lost after the request was sent. */
  static List<Named<MockResponse>> losses() {
    SocketEffect cut = new SocketEffect.CloseSocket();
    return List.of(
        Named.of("cut in the middle", LONG.newBuilder().onResponseBody(cut).build()),
        Named.of(
            "closed without an answer", new MockResponse.Builder().onResponseStart(cut).build()),
        Named.of(
            "a cut stream",
            FakeModel.stream("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n")));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aCallWhoseAnswerIsLostIsRepeatedOnceAndFlagged(MockResponse loss) throws Exception {
    try (FakeModel model = new FakeModel()) {
      model.answers(body -> model.calls() == 1 ? loss : FakeModel.echo(body));
      try (Mount mount =
          Mount.open(new MemoryFileSystem(), new ManualTimers(), Mount.config(model.url()))) {
        mount.put("inbox/p.txt", "hi");
        mount.clock().run();
        triedOnce(mount, "no_answer");
        assertThat(model.calls()).as("posts on the wire").isEqualTo(1);
        assertThat(mount.exists("outbox/p_response.txt")).isFalse();
        mount.clock().advance(Duration.ofSeconds(1));
        assertThat(mount.read("wait/p")).isEqualTo("re: hi");
        assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isTrue();
        assertThat(model.calls()).isEqualTo(2);
      }
    }
  }

  /** Ways in which a response does not arrive in time. */
  static List<Named<MockResponse>> stalls() {
    SocketEffect stall = SocketEffect.Stall.INSTANCE;
    return List.of(
        Named.of("no answer", new MockResponse.Builder().onResponseStart(stall).build()),
        Named.of("no rest", LONG.newBuilder().onResponseBody(stall).build()));
  }

  @ParameterizedTest
  @MethodSource("stalls")
  void anAnswerThatDoesNotArriveInTimeMayHaveBeenBilled(MockResponse stall) throws Exception {
    try (FakeModel model = new FakeModel()) {
      model.answers(body -> stall);
      Map<String, Object> config = Mount.config(model.url());
      config.put("read_timeout", "2s"); // long enough for a busy machine to send the request
      config.put("ambiguous_retries", 0);
      try (Mount mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config)) {
        mount.put("inbox/p.txt", "hi");
        mount.clock().run();
        mount.awaitState("p", "failed");
        assertThat(mount.status("p").at("/error/class").asString()).isEqualTo("no_answer");
        assertThat(mount.status("p").at("/error/retryable").asBoolean()).isTrue();
        mount.clock().advance(Duration.ofHours(2));
        assertThat(model.calls()).as("posts on the wire").isEqualTo(1);
      }
    }
  }

  @Test
  void anInvalidHostNameIsFoundInTheConfiguration() {
    String host = "a".repeat(64) + ".example";
    assertThatThrownBy(
            () ->
                Mount.open(
                    new MemoryFileSystem(), Mount.config("https://" + host + "/v1/completions")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'api_host' must be a full URL");
  }
}
