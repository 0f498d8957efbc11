package dev.warren.gptfs.http;

import dev.warren.gptfs.json.Json;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Assembles the chunks of a streamed chat completion or response. */
final class StreamedAnswer {
  /** Members of a chunk that are handled separately. */
  private static final Set<String> TAKEN = Set.of("choices", "usage", "error");

  private final ObjectNode others = Json.object();
  private @Nullable String id;
  private @Nullable String model;
  private @Nullable JsonNode usage;
  private @Nullable JsonNode error;
  private @Nullable JsonNode response;
  private final TreeMap<Integer, StreamedChoice> choices = new TreeMap<>();

  /** Adds a chunk; returns the text that it adds to the first choice, which may be empty. */
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
    chunk
        .properties()
        .forEach(
            member -> {
              JsonNode value = member.getValue();
              if (value.isContainer() && !value.isEmpty() && !TAKEN.contains(member.getKey())) {
                others.set(member.getKey(), value); // such as sources: the last chunk has all
              }
            });
    String text = "";
    for (JsonNode choice : chunk.path("choices")) {
      if (choice.path("error").isObject() && !choice.path("error").isEmpty()) {
        error = choice.path("error");
        return "";
      }
      int index = (int) Json.number(choice, "index");
      String piece = choices.computeIfAbsent(index, _ -> new StreamedChoice()).add(choice);
      text = index == 0 ? piece : text;
    }
    return text;
  }

  /** Adds an event of the Responses interface, whose last event carries the whole response. */
  private String addEvent(ObjectNode event, String type) {
    switch (type) {
      case "response.output_text.delta" -> {
        String text = Json.text(event, "delta");
        return text == null ? "" : text;
      }
      case "response.completed", "response.incomplete", "response.failed" ->
          response = event.path("response");
      case "response.created", "response.queued", "response.in_progress" -> {
        // The service continues without this stream; with its id, the response can be fetched.
        if (event.path("response") instanceof ObjectNode begun
            && begun.path("background").asBoolean(false)
            && begun.path("id").isString()) {
          response = begun;
        }
      }
      case "error" -> error = event;
      default -> {}
    }
    return "";
  }

  /** Whether the answer is complete. */
  boolean isComplete() {
    return error != null
        || response != null
        || (!choices.isEmpty() && choices.firstEntry().getValue().isComplete());
  }

  /** Whether nothing relevant can follow. After a finish reason, usage still may. */
  boolean isLast() {
    return error != null || response != null;
  }

  /** The document that the service would have sent without a stream. */
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
    ArrayNode all = document.putArray("choices");
    choices.forEach((index, choice) -> choice.put(index, all.addObject()));
    if (usage != null) {
      document.set("usage", usage);
    }
    document.setAll(others);
    return Json.bytes(document);
  }
}
