package dev.warren.gptfs.http;

import dev.warren.gptfs.json.Json;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The chunks of a streamed chat completion or response, put together. */
final class StreamedAnswer {
  /** Members of a chunk that are read by themselves. */
  private static final Set<String> TAKEN = Set.of("choices", "usage", "error");

  private final ObjectNode others = Json.object();
  private @Nullable String id;
  private @Nullable String model;
  private @Nullable JsonNode usage;
  private @Nullable JsonNode error;
  private @Nullable JsonNode response;
  private final TreeMap<Integer, StreamedChoice> choices = new TreeMap<>();

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
    chunk
        .properties()
        .forEach(
            member -> {
              JsonNode value = member.getValue();
              if (value.isContainer() && !value.isEmpty() && !TAKEN.contains(member.getKey())) {
                others.set(member.getKey(), value); // sources, for example: each has all so far
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

  /** The events of the responses interface, whose last one carries the whole response. */
  private String addEvent(ObjectNode event, String type) {
    switch (type) {
      case "response.output_text.delta" -> {
        String text = Json.text(event, "delta");
        return text == null ? "" : text;
      }
      case "response.completed", "response.incomplete", "response.failed" ->
          response = event.path("response");
      case "response.created", "response.queued", "response.in_progress" -> {
        // Goes on without us: whoever has the id loses nothing when the stream is cut.
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

  /** Whether the answer is whole. */
  boolean isComplete() {
    return error != null
        || response != null
        || (!choices.isEmpty() && choices.firstEntry().getValue().isComplete());
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
    ArrayNode all = document.putArray("choices");
    choices.forEach((index, choice) -> choice.put(index, all.addObject()));
    if (usage != null) {
      document.set("usage", usage);
    }
    document.setAll(others);
    return Json.bytes(document);
  }
}
