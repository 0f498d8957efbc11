package dev.warren.server.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node of a YAML file with its position. Values are as written, not interpreted. */
sealed interface YamlNode {
  /** The position of its first character. */
  Position position();

  /** Whether the value is missing or null. */
  default boolean isEmpty() {
    return false;
  }

  /** The kind of node, for messages that must not show its value. */
  String kind();

  /** A map, in the order of the file. */
  record YamlMap(Position position, Map<String, Entry> entries) implements YamlNode {
    /** A value and the position of its key. */
    record Entry(Position keyPosition, YamlNode value) {}

    static YamlMap none(Position position) {
      return new YamlMap(position, new LinkedHashMap<>());
    }

    @Override
    public String kind() {
      return "a map";
    }
  }

  /** A list. */
  record YamlList(Position position, List<YamlNode> items) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * A single value.
   *
   * @param text as written, with quotes and escapes resolved
   * @param plain whether it was unquoted, so that it may be a number or a Boolean
   */
  record YamlScalar(Position position, String text, boolean plain) implements YamlNode {
    @Override
    public boolean isEmpty() {
      return plain
          && switch (text) {
            case "", "~", "null", "Null", "NULL" -> true;
            default -> false;
          };
    }

    @Override
    public String kind() {
      return isEmpty() ? "empty" : "a single value";
    }

    /** Shows the position only: the text may be a secret. */
    @Override
    public String toString() {
      return "value at " + position;
    }
  }

  /**
   * Returns the position of the value at the end of a path of keys and indexes, or of the last node
   * that exists on the path.
   *
   * @param fallback the result for an empty path
   * @param onKey whether to return the position of the last key instead of its value
   */
  static Position find(YamlNode root, List<String> path, boolean onKey, Position fallback) {
    YamlNode node = root;
    Position position = fallback;
    for (int i = 0; i < path.size(); i++) {
      String step = path.get(i);
      YamlMap.Entry entry = node instanceof YamlMap map ? map.entries().get(step) : null;
      if (entry != null) {
        node = entry.value();
        boolean keyWanted = (onKey && i == path.size() - 1) || node.isEmpty();
        position = keyWanted ? entry.keyPosition() : node.position();
      } else if (node instanceof YamlList list && index(step) < list.items().size()) {
        node = list.items().get(index(step));
        position = node.position();
      } else {
        return position;
      }
    }
    return position;
  }

  private static int index(String step) {
    return step.matches("[0-9]{1,6}") ? Integer.parseInt(step) : Integer.MAX_VALUE;
  }
}
