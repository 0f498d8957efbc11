package dev.warren.gptfs.request;

import dev.warren.gptfs.config.PromptSettings;
import dev.warren.gptfs.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Builds a request from a file's content. */
public final class RequestBuilder {
  /** Members that this class sets; in {@code parameters} they are ignored. */
  private static final Set<String> SET_HERE = Set.of("model", "messages", "input", "instructions");

  private final boolean stream;
  private final Function<String, Dialect> dialects;

  /**
   * A builder.
   *
   * @param stream whether requests made from prompts ask for a stream
   * @param dialects the interfaces of endpoints, by their names
   */
  public RequestBuilder(boolean stream, Function<String, Dialect> dialects) {
    this.stream = stream;
    this.dialects = dialects;
  }

  /** Whether a content is empty or holds only whitespace, so that there is nothing to send. */
  public static boolean isBlank(byte[] content) {
    for (byte b : content) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
        return false;
      }
    }
    return true;
  }

  /**
   * The request for a file.
   *
   * @param name its name, whose extension decides how it is read
   * @param content its bytes, in UTF-8; see {@link Texts}
   * @param settings the settings of its directory
   * @throws BadRequestException if the file cannot be sent
   */
  public Request build(String name, byte[] content, PromptSettings settings)
      throws BadRequestException {
    if (name.toLowerCase(Locale.ROOT).endsWith(".json")) {
      Optional<ObjectNode> object = Json.object(content);
      if (object.isPresent() && isRequest(object.get())) {
        return passThrough(content, object.get(), settings);
      }
      if (object.isPresent() || looksLikeJson(content)) {
        throw new BadRequestException(
            "invalid_request",
            object.isPresent()
                ? "the JSON object has neither 'messages' nor 'input'"
                : "the file is not valid JSON");
      }
    }
    return prompt(content, settings);
  }

  /** Whether an object is a request of the chat or the responses interface. */
  static boolean isRequest(ObjectNode object) {
    return object.has("messages") || object.has("input");
  }

  /** Whether a .json file begins as JSON: if not, it is sent as a prompt. */
  private static boolean looksLikeJson(byte[] content) {
    for (byte b : content) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b == '{' || b == '[';
      }
    }
    return false;
  }

  /**
   * A request, translated if it was not written for an endpoint's interface; else the same bytes.
   *
   * @throws BadRequestException if the translation would lose something
   */
  public static byte[] translated(byte[] body, Dialect dialect) throws BadRequestException {
    ObjectNode object = Json.object(body).orElse(null);
    return object == null || !isRequest(object) || Dialect.of(object) == dialect
        ? body
        : Json.bytes(dialect.translated(object));
  }

  /** Keeps the original bytes if possible: the order of members and all digits of numbers. */
  private Request passThrough(byte[] original, ObjectNode object, PromptSettings settings)
      throws BadRequestException {
    byte[] content = translated(original, dialects.apply(settings.endpoint()));
    boolean streams = isTrue(object, "stream");
    boolean background = isTrue(object, "background");
    String model = Json.text(object, "model");
    if (object.has("model") || settings.model() == null) {
      return new Request(content, model, streams, background, settings.endpoint());
    }
    return new Request(
        insertModel(content, settings.model()),
        settings.model(),
        streams,
        background,
        settings.endpoint());
  }

  private static boolean isTrue(ObjectNode object, String member) {
    return object.path(member).isBoolean() && object.path(member).booleanValue();
  }

  /** An object without {@code model} gets one as its first member; nothing else changes. */
  public static byte[] insertModel(byte[] object, String model) {
    int brace = 0;
    while (object[brace] != '{') {
      brace++;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(object.length + model.length() + 16);
    out.write(object, 0, brace + 1);
    // There is at least one member after it, so a comma follows.
    out.writeBytes(("\"model\":" + Json.string(model) + ",").getBytes(StandardCharsets.UTF_8));
    out.write(object, brace + 1, object.length - brace - 1);
    return out.toByteArray();
  }

  private Request prompt(byte[] content, PromptSettings settings) throws BadRequestException {
    String text = new String(content, StandardCharsets.UTF_8);
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
    }
    if (text.isBlank()) {
      throw new BadRequestException("invalid_request", "the prompt is blank");
    }
    String model = settings.model();
    if (model == null) {
      throw new BadRequestException(
          "invalid_request",
          "no model: set 'model' in the mount's configuration or in " + Overrides.FILE);
    }
    Dialect dialect = dialects.apply(settings.endpoint());
    ObjectNode body = Json.object();
    body.put("model", model);
    if (dialect == Dialect.CHAT) {
      ArrayNode messages = body.putArray("messages");
      if (settings.system() != null) {
        messages.addObject().put("role", "system").put("content", settings.system());
      }
      messages.addObject().put("role", "user").put("content", text);
    } else {
      if (settings.system() != null) {
        body.put("instructions", settings.system());
      }
      body.put("input", text);
    }
    for (Map.Entry<String, Object> parameter : settings.parameters().entrySet()) {
      String key = parameter.getKey();
      if (!SET_HERE.contains(key)) {
        dialect.parameter(key, Json.MAPPER.valueToTree(parameter.getValue()), body);
      }
    }
    boolean streams = stream || body.path("stream").asBoolean(false);
    if (stream) {
      body.put("stream", true);
      if (dialect == Dialect.CHAT) {
        body.putObject("stream_options").put("include_usage", true);
      }
    }
    return new Request(
        Json.bytes(body), model, streams, isTrue(body, "background"), settings.endpoint());
  }
}
