package dev.warren.gptfs.http;

import dev.warren.gptfs.answer.AnswerReader;
import dev.warren.gptfs.json.Json;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The chunks of a streamed chat completion or response, put together. */
final class StreamedAnswer {
  private @Nullable String id;
  private @Nullable String model;
  private @Nullable String finishReason;
  private @Nullable JsonNode usage;
  private @Nullable JsonNode error;
  private @Nullable JsonNode response;
  private final StringBuilder content = new StringBuilder();
  private final StringBuilder refusal = new StringBuilder();
  private final TreeMap<Integer, ToolCall> toolCalls = new TreeMap<>();

  private static final class ToolCall {
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
  }

  /** Takes a chunk; the text that it brings. */
  String add(ObjectNode chunk) {
    if (ErrorBody.isThere(chunk)) {
      error = chunk.path("error");
      return "";
    }
    if (chunk.path("type").isString()) {
      return addEvent(chunk, chunk.path("type").stringValue());
    }
    id = id == null ? Json.text(chunk, "id") : id;
    model = model == null ? Json.text(chunk, "model") : model;
    if (chunk.path("usage").isObject()) {
      usage = chunk.path("usage");
    }
    String text = "";
    for (JsonNode choice : chunk.path("choices")) {
      if (choice.path("error").isObject() && !choice.path("error").isEmpty()) {
        error = choice.path("error");
        return "";
      }
      if (Json.number(choice, "index") == 0) {
        text = addChoice(choice);
      }
    }
    return text;
  }

  private String addChoice(JsonNode choice) {
    String reason = Json.text(choice, "finish_reason");
    if (reason != null) {
      finishReason = reason;
    }
    JsonNode delta = choice.path("delta");
    String text = AnswerReader.content(delta.path("content"));
    String refused = Json.text(delta, "refusal");
    if (refused != null) {
      refusal.append(refused);
    }
    for (JsonNode part : delta.path("tool_calls")) {
      ToolCall call =
          toolCalls.computeIfAbsent((int) Json.number(part, "index"), _ -> new ToolCall());
      String callId = Json.text(part, "id");
      String name = Json.text(part.path("function"), "name");
      String arguments = Json.text(part.path("function"), "arguments");
      call.id = callId == null ? call.id : callId;
      call.name = name == null ? call.name : name;
      call.arguments.append(arguments == null ? "" : arguments);
    }
    content.append(text);
    return text;
  }

  /** The events of the responses interface, whose last one carries the whole response. */
  private String addEvent(ObjectNode event, String type) {
    switch (type) {
      case "response.output_text.delta" -> {
        String text = Json.text(event, "delta");
        return text == null ? "" : text;
      }
      case "response.completed", "response.incomplete", "response.failed" ->
          response = event.path("response");
      case "error" -> error = event;
      default -> {}
    }
    return "";
  }

  /** Whether the answer is whole. */
  boolean isComplete() {
    return finishReason != null || error != null || response != null;
  }

  /** Whether nothing that matters can follow. Usage may come after the finish reason. */
  boolean isLast() {
    return error != null || response != null;
  }

  /** As it would have come without a stream. */
  byte[] document() {
    if (response != null) {
      return Json.bytes(response);
    }
    ObjectNode document = Json.object();
    if (error != null) {
      document.set("error", error);
      return Json.bytes(document);
    }
    document.put("id", id);
    document.put("object", "chat.completion");
    document.put("model", model);
    ObjectNode choice = document.putArray("choices").addObject();
    choice.put("index", 0);
    choice.put("finish_reason", finishReason);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    boolean silent = content.isEmpty() && (!refusal.isEmpty() || !toolCalls.isEmpty());
    message.put("content", silent ? null : content.toString());
    message.put("refusal", refusal.isEmpty() ? null : refusal.toString());
    if (!toolCalls.isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      toolCalls
          .values()
          .forEach(
              call -> {
                ObjectNode node = calls.addObject().put("id", call.id).put("type", "function");
                node.putObject("function")
                    .put("name", call.name)
                    .put("arguments", call.arguments.toString());
              });
    }
    if (usage != null) {
      document.set("usage", usage);
    }
    return Json.bytes(document);
  }
}
