package dev.warren.gptfs.http;

import dev.warren.gptfs.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Merges the pieces of a streamed object: strings are concatenated, lists appended, objects merged
 * member by member; of any other value, the last one is kept.
 */
final class Pieces {
  /** Strings that every piece repeats, so that they are not concatenated. */
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

  /** Copies the merged members into an object, without empty strings and lists. */
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
