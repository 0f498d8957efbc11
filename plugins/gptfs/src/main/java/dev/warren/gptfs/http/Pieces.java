package dev.warren.gptfs.http;

import dev.warren.gptfs.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of an object that comes in pieces: texts and lists go on, what is inside objects too,
 * and of all else the last one counts.
 */
final class Pieces {
  /** Texts that are repeated, and do not go on. */
  private static final Set<String> REPEATED = Set.of("id", "type", "format", "role");

  private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
  private final Map<String, ArrayNode> lists = new LinkedHashMap<>();
  private final Map<String, Pieces> objects = new LinkedHashMap<>();
  private final Map<String, JsonNode> others = new LinkedHashMap<>();

  void add(String name, JsonNode value) {
    switch (value.getNodeType()) {
      case NULL, MISSING -> {}
      case STRING -> {
        if (REPEATED.contains(name)) {
          others.put(name, value);
        } else {
          texts.computeIfAbsent(name, _ -> new StringBuilder()).append(value.stringValue());
        }
      }
      case ARRAY -> {
        ArrayNode list = lists.computeIfAbsent(name, _ -> Json.MAPPER.createArrayNode());
        value.forEach(list::add);
      }
      case OBJECT -> {
        Pieces inside = objects.computeIfAbsent(name, _ -> new Pieces());
        value.properties().forEach(member -> inside.add(member.getKey(), member.getValue()));
      }
      default -> others.put(name, value);
    }
  }

  /** What came under a name, unless that is nothing. */
  void put(ObjectNode target) {
    others.forEach(target::set);
    texts.forEach(
        (name, text) -> {
          if (!text.isEmpty()) {
            target.put(name, text.toString());
          }
        });
    lists.forEach(
        (name, list) -> {
          if (!list.isEmpty()) {
            target.set(name, list);
          }
        });
    objects.forEach((name, inside) -> inside.put(target.putObject(name)));
  }
}
