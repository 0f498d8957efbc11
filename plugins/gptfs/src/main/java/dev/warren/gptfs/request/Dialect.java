package dev.warren.gptfs.request;

import dev.warren.gptfs.json.Json;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The two interfaces of endpoints, and the translation of requests from one to the other where that
 * loses nothing.
 *
 * @see <a href="https://platform.openai.com/docs/guides/migrate-to-responses">"Migrate to the
 *     Responses API"</a>
 */
public enum Dialect {
  /** Chat completions, whose requests have {@code messages}. */
  CHAT,
  /** Responses, whose requests have {@code input}. */
  RESPONSES;

  /** Members that mean the same in both. */
  private static final Set<String> SAME =
      Set.of(
          "model",
          "temperature",
          "top_p",
          "stream",
          "metadata",
          "service_tier",
          "user",
          "store",
          "parallel_tool_calls",
          "prompt_cache_key",
          "safety_identifier");

  /** Members of a chat request that a Responses request has under another name or in an object. */
  private static final Set<String> OTHERWISE =
      Set.of(
          "max_tokens",
          "max_completion_tokens",
          "reasoning_effort",
          "verbosity",
          "response_format",
          "n");

  /** Members that only a chat request has. */
  private static final Set<String> CHAT_ONLY =
      Set.of(
          "stop",
          "seed",
          "presence_penalty",
          "frequency_penalty",
          "logit_bias",
          "logprobs",
          "functions",
          "function_call",
          "modalities",
          "audio",
          "prediction");

  /** The interface of an endpoint, by its URL. */
  public static Dialect of(URI url) {
    String path = url.getPath() == null ? "" : url.getPath();
    return path.endsWith("/responses") || path.endsWith("/responses/") ? RESPONSES : CHAT;
  }

  /** The interface that a request is written for. */
  static Dialect of(ObjectNode request) {
    return request.has("messages") ? CHAT : RESPONSES;
  }

  /**
   * A request, translated to this interface if it is written for the other one.
   *
   * @throws BadRequestException if the translation would lose something
   */
  ObjectNode translated(ObjectNode request) throws BadRequestException {
    return of(request) == this ? request : this == CHAT ? chat(request) : responses(request);
  }

  private ObjectNode responses(ObjectNode chat) throws BadRequestException {
    ObjectNode out = Json.object();
    for (Map.Entry<String, JsonNode> member : chat.properties()) {
      String name = member.getKey();
      JsonNode value = member.getValue();
      switch (name) {
        case "messages" -> messages(value, out);
        case "stream_options" -> {} // a stream of this interface always has usage
        default -> {
          if (!SAME.contains(name) && !OTHERWISE.contains(name)) {
            throw lost(name);
          }
          parameter(name, value, out);
        }
      }
    }
    return out;
  }

  /** Adds a parameter to a request of this interface; names of CHAT are translated if necessary. */
  void parameter(String name, JsonNode value, ObjectNode out) throws BadRequestException {
    if (this == CHAT) {
      out.set(name, value);
      return;
    }
    switch (name) {
      case "max_tokens", "max_completion_tokens", "max_output_tokens" ->
          out.set("max_output_tokens", value);
      case "reasoning_effort" -> object(out, "reasoning").set("effort", value);
      case "verbosity" -> object(out, "text").set("verbosity", value);
      case "response_format" -> object(out, "text").set("format", flat(value));
      case "n" -> {
        if (!value.isNumber() || value.intValue() != 1) {
          throw lost(name);
        }
      }
      default -> {
        if (CHAT_ONLY.contains(name)) {
          throw lost(name);
        }
        out.set(name, value);
      }
    }
  }

  private BadRequestException lost(String name) {
    return new BadRequestException(
        "invalid_request",
        "the endpoint has the %s interface, which has no place for '%s'"
            .formatted(this == CHAT ? "chat" : "Responses", name));
  }

  /** Fails if an object has a member beside those that are translated; empty ones say nothing. */
  private void requireOnly(JsonNode object, String... translated) throws BadRequestException {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      JsonNode value = member.getValue();
      boolean empty = value.isNull() || (value.isContainer() && value.isEmpty());
      if (!empty && !List.of(translated).contains(member.getKey())) {
        throw lost(member.getKey());
      }
    }
  }

  private static ObjectNode object(ObjectNode out, String name) {
    return out.path(name) instanceof ObjectNode there ? there : out.putObject(name);
  }

  /** {@code {type, json_schema: {name, schema}}} becomes {@code {type, name, schema}}. */
  private JsonNode flat(JsonNode format) throws BadRequestException {
    if (!(format.path("json_schema") instanceof ObjectNode schema)) {
      return format;
    }
    requireOnly(format, "type", "json_schema");
    ObjectNode flat = Json.object();
    flat.set("type", format.path("type"));
    flat.setAll(schema);
    return flat;
  }

  private static JsonNode nested(JsonNode format) {
    if (!(format instanceof ObjectNode object) || !object.has("schema")) {
      return format;
    }
    ObjectNode nested = Json.object();
    nested.set("type", object.path("type"));
    ObjectNode schema = object.deepCopy();
    schema.remove("type");
    nested.set("json_schema", schema);
    return nested;
  }

  private void messages(JsonNode messages, ObjectNode out) throws BadRequestException {
    ArrayNode input = out.putArray("input");
    for (JsonNode message : messages) {
      String role = Json.text(message, "role");
      requireOnly(message, "role", "content");
      if (role == null || !Set.of("system", "developer", "user", "assistant").contains(role)) {
        throw lost("role: " + role);
      }
      ObjectNode item = input.addObject().put("role", role);
      JsonNode content = message.path("content");
      if (content.isString()) {
        item.set("content", content);
        continue;
      }
      ArrayNode parts = item.putArray("content");
      for (JsonNode part : content) {
        parts.add(inputPart(part, role.equals("assistant")));
      }
    }
  }

  private ObjectNode inputPart(JsonNode part, boolean said) throws BadRequestException {
    String type = Json.text(part, "type");
    if ("text".equals(type)) {
      requireOnly(part, "type", "text");
      return Json.object()
          .put("type", said ? "output_text" : "input_text")
          .put("text", Json.text(part, "text"));
    }
    if ("image_url".equals(type) && !said && part.path("image_url").path("url").isString()) {
      requireOnly(part, "type", "image_url");
      requireOnly(part.path("image_url"), "url", "detail");
      ObjectNode image = Json.object().put("type", "input_image");
      image.set("image_url", part.path("image_url").path("url"));
      if (part.path("image_url").has("detail")) {
        image.set("detail", part.path("image_url").path("detail"));
      }
      return image;
    }
    throw lost("content of type " + type);
  }

  private ObjectNode chat(ObjectNode responses) throws BadRequestException {
    ObjectNode out = Json.object();
    ArrayNode messages = Json.MAPPER.createArrayNode();
    JsonNode instructions = responses.path("instructions");
    if (instructions.isString()) {
      messages.addObject().put("role", "system").set("content", instructions);
    }
    for (Map.Entry<String, JsonNode> member : responses.properties()) {
      String name = member.getKey();
      JsonNode value = member.getValue();
      switch (name) {
        case "input" -> {
          input(value, messages);
          out.set("messages", messages);
        }
        case "instructions" -> {
          if (!value.isString() && !value.isNull()) {
            throw lost(name);
          }
        }
        case "max_output_tokens" -> out.set("max_completion_tokens", value);
        case "reasoning" -> only(value, name, "effort", "reasoning_effort", out);
        case "text" -> text(value, out);
        default -> {
          if (!SAME.contains(name)) {
            throw lost(name);
          }
          out.set(name, value);
        }
      }
    }
    return out;
  }

  private void only(JsonNode from, String name, String member, String as, ObjectNode out)
      throws BadRequestException {
    for (Map.Entry<String, JsonNode> inner : from.properties()) {
      if (!inner.getKey().equals(member)) {
        throw lost(name + "." + inner.getKey());
      }
      out.set(as, inner.getValue());
    }
  }

  private void text(JsonNode text, ObjectNode out) throws BadRequestException {
    for (Map.Entry<String, JsonNode> inner : text.properties()) {
      switch (inner.getKey()) {
        case "verbosity" -> out.set("verbosity", inner.getValue());
        case "format" -> out.set("response_format", nested(inner.getValue()));
        default -> throw lost("text." + inner.getKey());
      }
    }
  }

  private void input(JsonNode input, ArrayNode messages) throws BadRequestException {
    if (input.isString()) {
      messages.addObject().put("role", "user").set("content", input);
      return;
    }
    for (JsonNode item : input) {
      String type = Json.text(item, "type");
      String role = Json.text(item, "role");
      if (role == null || (type != null && !type.equals("message"))) {
        throw lost("input of type " + type);
      }
      requireOnly(item, "type", "role", "content");
      ObjectNode message = messages.addObject().put("role", role);
      JsonNode content = item.path("content");
      if (content.isString()) {
        message.set("content", content);
        continue;
      }
      ArrayNode parts = message.putArray("content");
      for (JsonNode part : content) {
        parts.add(chatPart(part));
      }
    }
  }

  private ObjectNode chatPart(JsonNode part) throws BadRequestException {
    String type = Json.text(part, "type");
    if ("input_text".equals(type) || "output_text".equals(type)) {
      requireOnly(part, "type", "text");
      return Json.object().put("type", "text").put("text", Json.text(part, "text"));
    }
    if ("input_image".equals(type) && part.path("image_url").isString()) {
      requireOnly(part, "type", "image_url", "detail");
      ObjectNode image = Json.object().put("type", "image_url");
      ObjectNode url = image.putObject("image_url");
      url.set("url", part.path("image_url"));
      if (part.has("detail")) {
        url.set("detail", part.path("detail"));
      }
      return image;
    }
    throw lost("content of type " + type);
  }
}
