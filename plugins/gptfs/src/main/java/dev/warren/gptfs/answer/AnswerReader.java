package dev.warren.gptfs.answer;

import dev.warren.gptfs.job.Usage;
import dev.warren.gptfs.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the text in what an endpoint answered, of the chat or the responses interface. */
public final class AnswerReader {
  private AnswerReader() {}

  /**
   * Reads an answer without an {@code error} member. What has no text in a known place is given as
   * it came, so that nothing which was paid for is lost.
   */
  public static Answer read(byte[] body) {
    ObjectNode document = Json.object(body).orElseGet(Json::object);
    Answer answer = document.path("output").isArray() ? response(document) : chat(document);
    return answer == null ? raw(body, document) : answer;
  }

  private static @Nullable Answer chat(ObjectNode document) {
    JsonNode choice = document.path("choices").path(0);
    JsonNode message = choice.path("message");
    if (!message.isObject()) {
      String legacy = Json.text(choice, "text");
      return legacy == null || legacy.isEmpty()
          ? null
          : answer(document, legacy, "text", Json.text(choice, "finish_reason"), false);
    }
    String reason = Json.text(choice, "finish_reason");
    String text = content(message.path("content"));
    if (!text.isEmpty()) {
      return answer(document, text, "text", reason, false);
    }
    String refusal = Json.text(message, "refusal");
    if (refusal != null && !refusal.isEmpty()) {
      return answer(document, refusal, "refusal", reason, true);
    }
    if (!message.path("tool_calls").isEmpty() || message.path("function_call").isObject()) {
      return answer(document, Json.string(message), "tool_calls", reason, false);
    }
    return null;
  }

  private static String content(JsonNode content) {
    if (content.isString()) {
      return content.stringValue();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      String piece = Json.text(part, "text");
      text.append(piece == null ? "" : piece);
    }
    return text.toString();
  }

  private static @Nullable Answer response(ObjectNode document) {
    StringBuilder text = new StringBuilder();
    StringBuilder refusal = new StringBuilder();
    boolean calls = false;
    for (JsonNode item : document.path("output")) {
      String type = Json.text(item, "type");
      calls |= type != null && type.endsWith("_call");
      for (JsonNode part : item.path("content")) {
        String piece = Json.text(part, "text");
        String refused = Json.text(part, "refusal");
        text.append(piece == null ? "" : piece);
        refusal.append(refused == null ? "" : refused);
      }
    }
    String incomplete = Json.text(document.path("incomplete_details"), "reason");
    String status = Json.text(document, "status");
    String reason = incomplete != null ? incomplete : "completed".equals(status) ? "stop" : status;
    if (!text.isEmpty()) {
      return answer(document, text.toString(), "text", reason, false);
    }
    if (!refusal.isEmpty()) {
      return answer(document, refusal.toString(), "refusal", reason, true);
    }
    return calls
        ? answer(document, Json.string(document.path("output")), "tool_calls", reason, false)
        : null;
  }

  private static Answer raw(byte[] body, ObjectNode document) {
    String reason = Json.text(document.path("choices").path(0), "finish_reason");
    return new Answer(
        body, "raw", reason, false, Json.text(document, "model"), usage(document.path("usage")));
  }

  private static Answer answer(
      ObjectNode document,
      String text,
      String extraction,
      @Nullable String reason,
      boolean refusal) {
    return new Answer(
        text.getBytes(StandardCharsets.UTF_8),
        extraction,
        reason,
        refusal,
        Json.text(document, "model"),
        usage(document.path("usage")));
  }

  /** Tokens under either interface's names; null if nothing was counted. */
  public static @Nullable Usage usage(JsonNode usage) {
    if (!usage.isObject()) {
      return null;
    }
    long prompt = Math.max(Json.number(usage, "prompt_tokens"), Json.number(usage, "input_tokens"));
    long completion =
        Math.max(Json.number(usage, "completion_tokens"), Json.number(usage, "output_tokens"));
    long total = Json.number(usage, "total_tokens");
    long cached =
        Math.max(
            Json.number(usage.path("prompt_tokens_details"), "cached_tokens"),
            Json.number(usage.path("input_tokens_details"), "cached_tokens"));
    long reasoning =
        Math.max(
            Json.number(usage.path("completion_tokens_details"), "reasoning_tokens"),
            Json.number(usage.path("output_tokens_details"), "reasoning_tokens"));
    return new Usage(
        prompt, completion, total == 0 ? prompt + completion : total, cached, reasoning);
  }
}
