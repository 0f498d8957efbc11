package dev.warren.gptfs.answer;

import dev.warren.gptfs.job.Usage;
import dev.warren.gptfs.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the answer's text in a response of the chat or the Responses interface. */
public final class AnswerReader {
  /** Finish reasons of an answer that the service broke off for lack of its own resources. */
  private static final Set<String> BROKEN_OFF = Set.of("error", "insufficient_system_resource");

  private AnswerReader() {}

  /**
   * Reads a response that has no {@code error} member. Without a text, a refusal or a tool call in
   * a known place the result is {@link NoAnswer}.
   */
  public static Reading read(byte[] body) {
    ObjectNode document = Json.object(body).orElseGet(Json::object);
    return document.path("output").isArray() || "response".equals(Json.text(document, "object"))
        ? response(document)
        : chat(document);
  }

  private static Reading chat(ObjectNode document) {
    JsonNode choice = first(document.path("choices"));
    if (choice == null) {
      return new NoAnswer("no_answer", "the reply has no choices", false);
    }
    String reason = Json.text(choice, "finish_reason");
    JsonNode error = choice.path("error");
    boolean brokenOff = reason != null && BROKEN_OFF.contains(reason);
    if (brokenOff || (error.isObject() && !error.isEmpty()) || error.isString()) {
      String why = error.isString() ? error.stringValue() : Json.text(error, "message");
      return new NoAnswer(
          "broken_off", "the service broke the answer off: " + (why == null ? reason : why), true);
    }
    JsonNode message = choice.path("message");
    if (!message.isObject()) {
      String legacy = Json.text(choice, "text");
      return legacy == null || legacy.isEmpty()
          ? silent(reason)
          : answer(document, legacy, "text", reason, false);
    }
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
    return silent(reason);
  }

  /** The choice with the lowest index; choices may be in any order. */
  private static @Nullable JsonNode first(JsonNode choices) {
    JsonNode first = null;
    long lowest = Long.MAX_VALUE;
    int at = 0;
    for (JsonNode choice : choices) {
      long index = choice.path("index").isNumber() ? Json.number(choice, "index") : at;
      if (choice.isObject() && index < lowest) {
        first = choice;
        lowest = index;
      }
      at++;
    }
    return first;
  }

  private static NoAnswer silent(@Nullable String reason) {
    return new NoAnswer(
        "no_answer",
        switch (Answer.end(reason)) {
          case CUT -> "the answer was cut at the token limit before its first word";
          case FILTERED -> "a content filter removed the whole answer";
          case WHOLE -> "the reply has no text (finish reason " + reason + ")";
        },
        false);
  }

  /** The text of a message, which is one string or a list of parts, without the reasoning. */
  public static String content(JsonNode content) {
    if (content.isString()) {
      return content.stringValue();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (part.isString()) {
        text.append(part.stringValue());
      } else if (isText(part)) {
        text.append(Objects.requireNonNullElse(Json.text(part, "text"), ""));
      }
    }
    return text.toString();
  }

  /** Whether a part of a message belongs to its text. */
  public static boolean isText(JsonNode part) {
    if (part.isString()) {
      return true;
    }
    String type = Json.text(part, "type");
    return type == null || type.equals("text") || type.equals("output_text");
  }

  private static Reading response(ObjectNode document) {
    StringBuilder text = new StringBuilder();
    StringBuilder refusal = new StringBuilder();
    boolean calls = false;
    for (JsonNode item : document.path("output")) {
      String type = Json.text(item, "type");
      calls |= type != null && type.endsWith("_call");
      if (type == null || type.equals("message")) {
        text.append(content(item.path("content")));
        for (JsonNode part : item.path("content")) {
          refusal.append(Objects.requireNonNullElse(Json.text(part, "refusal"), ""));
        }
      }
    }
    String incomplete = Json.text(document.path("incomplete_details"), "reason");
    String status = Json.text(document, "status");
    String reason = incomplete != null ? incomplete : "completed".equals(status) ? "stop" : status;
    Pending pending = Pending.of(document);
    if (pending != null && (text.isEmpty() || document.path("background").asBoolean(false))) {
      return pending;
    }
    if ("failed".equals(status) || "cancelled".equals(status)) {
      return new NoAnswer("broken_off", "the service says that the response is " + status, false);
    }
    if (!text.isEmpty()) {
      return answer(document, text.toString(), "text", reason, false);
    }
    if (!refusal.isEmpty()) {
      return answer(document, refusal.toString(), "refusal", reason, true);
    }
    return calls
        ? answer(document, Json.string(document.path("output")), "tool_calls", reason, false)
        : silent(reason);
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
        usage(document.path("usage")),
        Remainder.isIn(document));
  }

  /** The numbers of tokens, under the names of either interface; null if there are none. */
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
