package dev.warren.gptfs.http;

import dev.warren.gptfs.answer.AnswerReader;
import dev.warren.gptfs.json.Json;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Assembles the pieces of one choice of a streamed chat completion. */
final class StreamedChoice {
  /** Members of a piece that are handled separately. */
  private static final Set<String> TAKEN = Set.of("role", "content", "refusal", "tool_calls");

  private @Nullable String finishReason;
  private final StringBuilder content = new StringBuilder();
  private final StringBuilder refusal = new StringBuilder();

  /** The model's reasoning and all other members, under the names that services give them. */
  private final Pieces others = new Pieces();

  private final ArrayNode logprobs = Json.MAPPER.createArrayNode();
  private final TreeMap<Integer, ToolCall> toolCalls = new TreeMap<>();

  private static final class ToolCall {
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
  }

  /** Adds a piece; returns the text that it adds, which may be empty. */
  String add(JsonNode choice) {
    String reason = Json.text(choice, "finish_reason");
    if (reason != null) {
      finishReason = reason;
    }
    JsonNode delta = choice.path("delta");
    String legacy = Json.text(choice, "text");
    String text = legacy == null ? AnswerReader.content(delta.path("content")) : legacy;
    content.append(text);
    append(refusal, Json.text(delta, "refusal"));
    for (Map.Entry<String, JsonNode> member : delta.properties()) {
      if (!TAKEN.contains(member.getKey())) {
        others.add(member.getKey(), member.getValue());
      }
    }
    for (JsonNode part : delta.path("content")) {
      if (!AnswerReader.isText(part)) {
        others.add("content_parts", Json.MAPPER.createArrayNode().add(part));
      }
    }
    choice.path("logprobs").path("content").forEach(logprobs::add);
    for (JsonNode part : delta.path("tool_calls")) {
      ToolCall call =
          toolCalls.computeIfAbsent((int) Json.number(part, "index"), _ -> new ToolCall());
      String callId = Json.text(part, "id");
      String name = Json.text(part.path("function"), "name");
      call.id = callId == null ? call.id : callId;
      call.name = name == null ? call.name : name;
      append(call.arguments, Json.text(part.path("function"), "arguments"));
    }
    return text;
  }

  private static void append(StringBuilder to, @Nullable String text) {
    if (text != null) {
      to.append(text);
    }
  }

  boolean isComplete() {
    return finishReason != null;
  }

  /** Fills in the choice that the service would have sent without a stream. */
  void put(int index, ObjectNode choice) {
    choice.put("index", index);
    choice.put("finish_reason", finishReason);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    boolean silent = content.isEmpty() && (!refusal.isEmpty() || !toolCalls.isEmpty());
    message.put("content", silent ? null : content.toString());
    message.put("refusal", refusal.isEmpty() ? null : refusal.toString());
    others.put(message);
    if (!logprobs.isEmpty()) {
      choice.putObject("logprobs").set("content", logprobs);
    }
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
  }
}
