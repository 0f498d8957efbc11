package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A request that OkHttp would send twice by itself arrives once: each attempt is one POST on the
 * wire.
 */
class SilentResendTest {
  private static Mount mount(String url) throws Exception {
    Map<String, Object> config = Mount.config(url);
    config.put("retry_base", "500ms");
    return Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
  }

  private static void awaitIdle(RawServer server, Mount mount, int posts) throws Exception {
    Until.holds(
        posts + " posts",
        () ->
            server.posts.size() >= posts
                && mount.stats().path("queue").path("running_calls").asInt() == 0);
    assertThat(server.posts).hasSize(posts);
  }

  @Test
  void aPooledConnectionThatDiesAfterTheBodyWasRead() throws Exception {
    RawServer.Script script =
        (number, body) ->
            number == 2 ? null : RawServer.response(200, FakeModel.completion("answer " + number));
    try (RawServer server = new RawServer(script);
        Mount mount = mount(server.url())) {
      mount.put("inbox/one.txt", "one");
      mount.clock().run();
      assertThat(mount.read("wait/one")).isEqualTo("answer 1");
      mount.put(
          "inbox/two.txt",
          "two"); // on the pooled connection of the first call, which the server closes
      mount.clock().run();
      awaitIdle(server, mount, 2);
      assertThat(mount.state("two")).isEqualTo("pending");
      assertThat(mount.status("two").path("possible_duplicate").asBoolean()).isTrue();
      mount.clock().advance(Duration.ofSeconds(1));
      assertThat(mount.read("wait/two")).isEqualTo("answer 3");
      assertThat(server.posts).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "408,Connection: keep-alive",
    "408,Retry-After: 0",
    "503,Retry-After: 0",
    "307,Location: /elsewhere",
    "308,Location: /elsewhere",
    "421,X: y"
  })
  void statusesThatAClientLibraryMayFollow(int status, String header) throws Exception {
    try (RawServer server = new RawServer((n, body) -> RawServer.response(status, "", header));
        Mount mount = mount(server.url())) {
      mount.put("inbox/p.txt", "hi");
      mount.clock().run();
      awaitIdle(server, mount, 1);
    }
  }

  @Test
  void aBodyOfAMebibyteArrivesOnceAndWhole() throws Exception {
    String prompt = "x".repeat(1 << 20);
    RawServer.Script script = (n, body) -> RawServer.response(200, FakeModel.completion("ok"));
    try (RawServer server = new RawServer(script);
        Mount mount = mount(server.url())) {
      mount.put("inbox/p.txt", prompt);
      mount.clock().run();
      assertThat(mount.read("wait/p")).isEqualTo("ok");
      assertThat(server.posts).hasSize(1);
      assertThat(FakeModel.prompt(server.posts.getFirst())).isEqualTo(prompt);
    }
  }

  @Test
  void aTruncatedAnswerIsNotPublished() throws Exception {
    RawServer.Script script =
        (n, body) ->
            n == 1
                ? "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"choices\":"
                : RawServer.response(200, FakeModel.completion("whole"));
    try (RawServer server = new RawServer(script);
        Mount mount = mount(server.url())) {
      mount.put("inbox/p.txt", "hi");
      mount.clock().run();
      Until.holds("one post", () -> server.posts.size() == 1);
      assertThat(mount.exists("outbox/p_response.txt")).isFalse();
      mount.fs.unlink(
          Mount.path("inbox/p.txt")); // cancels the call, which would otherwise wait for more data
      mount.clock().run();
      mount.awaitState("p", "cancelled");
    }
  }

  @Test
  void aRewriteEndsTheRunningCallAndOnlyTheNewAnswerIsPublished() throws Exception {
    RawServer.Script script =
        (n, body) ->
            n == 1
                ? "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
                : RawServer.response(200, FakeModel.completion("second"));
    try (RawServer server = new RawServer(script);
        Mount mount = mount(server.url())) {
      mount.put("inbox/p.txt", "first");
      mount.clock().run();
      Until.holds("one post", () -> server.posts.size() == 1);
      mount.put("inbox/p.txt", "second");
      mount.clock().run();
      assertThat(mount.read("wait/p")).isEqualTo("second");
      assertThat(mount.status("p").path("revision").asInt()).isEqualTo(2);
      assertThat(mount.names("outbox/.rev")).containsExactly("p.2_response.txt");
    }
  }
}
