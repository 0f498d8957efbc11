package dev.warren.gptfs;

import dev.warren.gptfs.json.Json;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import tools.jackson.databind.node.ObjectNode;

/** An endpoint on loopback that answers "re: PROMPT" to each prompt, or as the test requires. */
final class FakeModel implements AutoCloseable {
  final MockWebServer server = new MockWebServer();
  final List<String> bodies = new CopyOnWriteArrayList<>();
  private volatile Function<String, MockResponse> behaviour = FakeModel::echo;

  FakeModel() throws Exception {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            String body = request.getBody() == null ? "" : request.getBody().utf8();
            bodies.add(body);
            return behaviour.apply(body);
          }
        });
    server.start();
  }

  String url() {
    return server.url("/v1/chat/completions").toString();
  }

  /** From now on, a function of the request's body returns the responses. */
  void answers(Function<String, MockResponse> function) {
    behaviour = function;
  }

  int calls() {
    return bodies.size();
  }

  static String prompt(String body) {
    return Json.MAPPER
        .readTree(body)
        .path("messages")
        .path(0)
        .path("content")
        .asString("(no prompt)");
  }

  static MockResponse echo(String body) {
    return text("re: " + prompt(body));
  }

  static MockResponse text(String text) {
    return json(200, completion(text));
  }

  static String completion(String text) {
    ObjectNode node = Json.object().put("id", "c1").put("model", "test-model-1");
    ObjectNode choice = node.putArray("choices").addObject().put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", text);
    node.putObject("usage")
        .put("prompt_tokens", 3)
        .put("completion_tokens", 4)
        .put("total_tokens", 7);
    return Json.string(node);
  }

  static MockResponse json(int code, String body, String... headers) {
    MockResponse.Builder response =
        new MockResponse.Builder()
            .code(code)
            .addHeader("Content-Type", "application/json")
            .body(body);
    for (int i = 0; i < headers.length; i += 2) {
      response.addHeader(headers[i], headers[i + 1]);
    }
    return response.build();
  }

  /** A response of server-sent events. */
  static MockResponse stream(String events) {
    return new MockResponse.Builder()
        .addHeader("Content-Type", "text/event-stream")
        .body(events)
        .build();
  }

  @Override
  public void close() {
    server.close();
  }
}
