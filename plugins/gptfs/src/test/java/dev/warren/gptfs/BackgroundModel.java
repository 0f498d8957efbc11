package dev.warren.gptfs;

import dev.warren.gptfs.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntFunction;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Responses endpoint on loopback that computes responses in the background, as the test requires.
 */
final class BackgroundModel implements AutoCloseable {
  static final String PATH = "/v1/responses";

  final MockWebServer server = new MockWebServer();

  /** The calls in their order: {@code POST}, {@code GET resp_1}, {@code CANCEL resp_1}. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  final List<String> bodies = new CopyOnWriteArrayList<>();
  private volatile IntFunction<MockResponse> posts =
      number -> FakeModel.json(200, response("resp_" + number, "queued", null));
  private volatile Function<String, MockResponse> gets =
      id -> FakeModel.json(200, response(id, "in_progress", null));

  BackgroundModel() throws Exception {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer(request);
          }
        });
    server.start();
  }

  private MockResponse answer(RecordedRequest request) {
    String path = request.getUrl().encodedPath().substring(PATH.length());
    if (path.isEmpty()) {
      calls.add("POST");
      bodies.add(request.getBody() == null ? "" : request.getBody().utf8());
      return posts.apply(count("POST"));
    }
    String id = path.substring(1);
    if (id.endsWith("/cancel") && request.getMethod().equals("POST")) {
      id = id.substring(0, id.indexOf('/'));
      calls.add("CANCEL " + id);
      return FakeModel.json(200, response(id, "cancelled", null));
    }
    calls.add(request.getMethod().toUpperCase(Locale.ROOT) + " " + id);
    return gets.apply(id);
  }

  String url() {
    return server.url(PATH).toString();
  }

  /** Sets the response to the n-th request; the first is number 1. */
  void takes(IntFunction<MockResponse> function) {
    posts = function;
  }

  /** Sets the state of each response, as polls return it from now on. */
  void says(Function<String, MockResponse> function) {
    gets = function;
  }

  /** From now on every response is completed, with this text. */
  void ends(String text) {
    says(id -> FakeModel.json(200, response(id, "completed", text)));
  }

  int count(String call) {
    return (int) calls.stream().filter(call::equals).count();
  }

  static String response(String id, String status, String text) {
    ObjectNode node =
        Json.object()
            .put("id", id)
            .put("object", "response")
            .put("background", true)
            .put("status", status)
            .put("model", "test-model-1");
    node.putNull("error");
    var output = node.putArray("output");
    if (text != null) {
      output
          .addObject()
          .put("type", "message")
          .putArray("content")
          .addObject()
          .put("type", "output_text")
          .put("text", text);
    }
    return Json.string(node);
  }

  @Override
  public void close() {
    server.close();
  }
}
