package dev.warren.gptfs.http;

import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A service's description of an error, in any of the known shapes: {@code error} as an object
 * (OpenAI), as a string (Ollama) or in a list (Gemini), a document that is the error itself (vLLM,
 * Mistral), {@code detail} (FastAPI), the error of the service behind a router (OpenRouter's {@code
 * metadata.raw}), an HTML page.
 *
 * @param type the service's error type; null if it names none
 * @param code the service's error code; null if it names none
 * @param message a message for users
 * @param words every code, type and reason that the service names
 * @param status the HTTP status that the error itself names, 400 to 599; 0 if it names none
 * @param error the document's {@code error} member; a missing node if it has none
 */
record ErrorBody(
    @Nullable String type,
    @Nullable String code,
    String message,
    Set<String> words,
    int status,
    JsonNode error) {
  private static final int MOST = 2 * JobError.MAX_MESSAGE;
  private static final int DEEPEST = 4;

  /** Reads a body. */
  static ErrorBody of(byte[] body) {
    JsonNode document = Json.any(body).orElse(null);
    if (document != null && document.isArray() && document.path(0).isObject()) {
      document = document.path(0);
    }
    return document instanceof ObjectNode object ? of(object) : text(body);
  }

  /** Reads a document. */
  static ErrorBody of(ObjectNode document) {
    JsonNode error = document.path("error");
    JsonNode source = error.isObject() ? error : document;
    List<String> texts = new ArrayList<>();
    if (error.isString()) {
      texts.add(error.stringValue());
    }
    collect(source, texts, 0);
    JsonNode raw = source.path("metadata").path("raw");
    if (!raw.isMissingNode()) {
      texts.add(raw(raw));
    }
    String message = String.join(": ", new LinkedHashSet<>(texts));
    Set<String> words = new LinkedHashSet<>();
    for (String field : List.of("code", "type", "status", "error_type")) {
      add(words, source.path(field));
    }
    add(words, source.path("innererror").path("code"));
    source.path("details").forEach(detail -> add(words, detail.path("reason")));
    int status = (int) Json.number(source, "code");
    return new ErrorBody(
        Json.text(source, "type"),
        Json.text(source, "code"),
        message.isBlank() ? Json.string(source) : message,
        words,
        status >= 400 && status <= 599 ? status : 0,
        error);
  }

  private static void add(Set<String> words, JsonNode word) {
    if (word.isString()) {
      words.add(word.stringValue());
    }
  }

  /** Collects the messages for users, the most general first. */
  private static void collect(JsonNode node, List<String> texts, int depth) {
    if (depth > DEEPEST) {
      return;
    }
    if (node.isString()) {
      if (!node.stringValue().isBlank()) {
        texts.add(node.stringValue());
      }
    } else if (node.isArray()) {
      node.forEach(item -> collect(item, texts, depth + 1));
    } else if (node.isObject()) {
      String where = where(node.path("loc"));
      int before = texts.size();
      for (String field : List.of("message", "msg", "detail", "errors")) {
        collect(node.path(field), texts, depth + 1);
      }
      if (!where.isEmpty() && texts.size() > before) {
        texts.set(before, where + ": " + texts.get(before));
      }
    }
  }

  /** Joins the location of a mistake as FastAPI reports it: {@code ["body", "messages", 0]}. */
  private static String where(JsonNode location) {
    List<String> parts = new ArrayList<>();
    location.forEach(part -> parts.add(part.asString("?")));
    return String.join(".", parts);
  }

  /** The message of the service behind a router, which often is JSON within a string. */
  private static String raw(JsonNode raw) {
    if (!raw.isString()) {
      return raw instanceof ObjectNode object ? of(object).message : Json.string(raw);
    }
    byte[] bytes = raw.stringValue().getBytes(StandardCharsets.UTF_8);
    return Json.object(bytes).map(ErrorBody::of).map(ErrorBody::message).orElse(raw.stringValue());
  }

  private static ErrorBody text(byte[] body) {
    String begin = new String(body, 0, Math.min(body.length, 8 * MOST), StandardCharsets.UTF_8);
    if (begin.stripLeading().startsWith("<")) {
      begin =
          begin
              .replaceAll("(?is)<(style|script)\\b.*?(</\\1>|$)", " ")
              .replaceAll("(?s)<[^>]*(>|$)", " ");
    }
    String text = begin.replaceAll("\\s+", " ").strip();
    return new ErrorBody(
        null,
        null,
        text.isEmpty() ? "(no text)" : text.substring(0, Math.min(text.length(), MOST)),
        Set.of(),
        0,
        Json.object().path("error"));
  }

  /** Whether the service names one of these words. */
  boolean says(Set<String> known) {
    return words.stream().anyMatch(known::contains);
  }

  /** Whether a document reports an error: an empty {@code error} beside an answer does not. */
  static boolean isThere(ObjectNode document) {
    JsonNode error = document.path("error");
    return switch (error.getNodeType()) {
      case MISSING, NULL -> false;
      case OBJECT, ARRAY -> !error.isEmpty();
      case STRING -> !error.stringValue().isBlank();
      case BOOLEAN -> error.booleanValue();
      default -> true;
    };
  }
}
