package dev.warren.gptfs.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warren.api.config.Secret;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An HTTP server on loopback that answers chat completions with the statement that it is no model.
 * It implements as much of the API as gptfs uses: one endpoint, plain and streamed. Its key is new
 * at each start.
 */
public final class DemoModel implements Closeable {
  /** The name of the model in its answers. */
  public static final String MODEL = "warren-demo";

  private static final String PATH = "/v1/chat/completions";
  private static final int QUOTED_CHARS = 200;
  private static final int MAX_REQUEST_BYTES = 16 << 20;

  private final JsonMapper json = JsonMapper.shared();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Secret key;
  private final HttpServer server;

  private DemoModel(HttpServer server) {
    this.server = server;
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    key = new Secret("demo-" + HexFormat.of().formatHex(random));
  }

  /**
   * Starts a server on a free port.
   *
   * @throws IOException if loopback cannot be bound
   */
  public static DemoModel start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    DemoModel model = new DemoModel(server);
    server.createContext("/", model::handle);
    server.setExecutor(model.threads);
    server.start();
    return model;
  }

  /** The URL to use as {@code api_host}. */
  public String url() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return "http://%s:%d%s"
        .formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort(), PATH);
  }

  /** The key that it accepts. */
  public Secret key() {
    return key;
  }

  /** Stops the server; in-flight requests are cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(PATH)) {
        error(exchange, 404, "the demo knows only " + PATH);
      } else if (!exchange.getRequestMethod().equals("POST")) {
        error(exchange, 405, "POST a chat completion");
      } else if (!new Secret("Bearer " + key.reveal()).equals(authorization(exchange))) {
        error(exchange, 401, "this is not the demo's key");
      } else {
        answer(exchange);
      }
    }
  }

  private static Secret authorization(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return new Secret(header == null ? "" : header);
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode request;
    try (InputStream body = exchange.getRequestBody()) {
      byte[] bytes = body.readNBytes(MAX_REQUEST_BYTES + 1);
      if (bytes.length > MAX_REQUEST_BYTES) {
        error(exchange, 413, "the request is too long");
        return;
      }
      request = json.readTree(bytes);
    } catch (JacksonException e) {
      error(exchange, 400, "the request is not JSON");
      return;
    }
    String prompt = lastUserMessage(request);
    String text = text(prompt);
    if (request.path("stream").asBoolean(false)) {
      stream(exchange, text);
    } else {
      ObjectNode completion = completion("chat.completion", "message", text);
      int in = words(prompt);
      int out = words(text);
      completion
          .putObject("usage")
          .put("prompt_tokens", in)
          .put("completion_tokens", out)
          .put("total_tokens", in + out);
      send(exchange, 200, completion);
    }
  }

  /** Sends the text word by word, then the end, as server-sent events. */
  private void stream(HttpExchange exchange, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (String word : text.splitWithDelimiters(" ", 0)) {
        event(out, json.writeValueAsString(chunk(word, false)));
      }
      event(out, json.writeValueAsString(chunk("", true)));
      event(out, "[DONE]");
    }
  }

  private static void event(OutputStream out, String data) throws IOException {
    out.write(("data: " + data + "\n\n").getBytes(UTF_8));
    out.flush();
  }

  private ObjectNode chunk(String text, boolean last) {
    ObjectNode chunk = completion("chat.completion.chunk", "delta", text);
    if (!last) {
      ((ObjectNode) chunk.path("choices").get(0)).putNull("finish_reason");
    }
    return chunk;
  }

  private ObjectNode completion(String object, String member, String text) {
    ObjectNode completion = json.createObjectNode();
    completion
        .put("id", "demo")
        .put("object", object)
        .put("created", System.currentTimeMillis() / 1000)
        .put("model", MODEL);
    ObjectNode choice = completion.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", "stop");
    choice.putObject(member).put("role", "assistant").put("content", text);
    return completion;
  }

  private static String text(String prompt) {
    String quoted =
        prompt.length() <= QUOTED_CHARS ? prompt : prompt.substring(0, QUOTED_CHARS) + "...";
    return """
    This is Warren's demo, not a language model: no API key is configured.
    It read your prompt of %d characters: %s
    For real answers set OPENAI_API_KEY (or api_host and api_key), and start the host again.
    """
        .formatted(prompt.length(), quoted.strip());
  }

  private static String lastUserMessage(JsonNode request) {
    JsonNode messages = request.path("messages");
    for (int i = messages.size() - 1; i >= 0; i--) {
      JsonNode content = messages.get(i).path("content");
      if (messages.get(i).path("role").asString("").equals("user")) {
        return content.isString() ? content.asString() : content.toString();
      }
    }
    return "";
  }

  private static int words(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }

  private void error(HttpExchange exchange, int status, String message) throws IOException {
    ObjectNode body = json.createObjectNode();
    body.putObject("error").put("message", message).put("type", "invalid_request_error");
    send(exchange, status, body);
  }

  private void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = json.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
