package dev.warren.server.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a YAML file that knows where it stands. Values are as written, not interpreted. */
sealed interface YamlNode {
  /** Where it begins. */
  Position position();

  /** Whether nothing is written, or null. */
  default boolean isEmpty() {
    return false;
  }

  /** What it is, for messages that must not show it. */
  String kind();

  /** A map, in the order of the file. */
  record YamlMap(Position position, Map<String, Entry> entries) implements YamlNode {
    /** A value and where its key stands. */
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
   * @param text as written, quotes resolved
   * @param plain whether it stood without quotes, so that it may be a number or a truth value
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

    /** The place alone: the text may be a secret. */
    @Override
    public String toString() {
      return "value at " + position;
    }
  }

  /**
   * Where the value at the end of a path of keys and indexes stands, or as far as the path goes.
   *
   * @param fallback the answer for an empty path
   * @param onKey whether the last key's place is wanted rather than its value's
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
