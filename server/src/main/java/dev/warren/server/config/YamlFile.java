package dev.warren.server.config;

import dev.warren.server.config.YamlNode.YamlList;
import dev.warren.server.config.YamlNode.YamlMap;
import dev.warren.server.config.YamlNode.YamlScalar;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML into {@link YamlNode}s. Tags never create Java objects, and plain values keep their
 * spelling: {@code no} stays a word and {@code 0755} keeps its zero.
 */
final class YamlFile {
  /**
   * The most nodes. Aliases can make a small file large: each use of one counts all the nodes that
   * it refers to.
   */
  private static final int MOST_NODES = 20_000;

  private static final Set<Tag> PLAIN_TAGS =
      Set.of(
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.NULL,
          Tag.TIMESTAMP,
          Tag.MERGE,
          Tag.MAP,
          Tag.SEQ);

  private final String file;
  private final Problems problems;
  private final Deque<Node> around = new ArrayDeque<>();
  private int nodes;

  private YamlFile(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * Parses a text.
   *
   * @return the root node; null after a syntax error, which has then been reported
   */
  static @Nullable YamlNode read(String file, String text, Problems problems) {
    YamlFile reader = new YamlFile(file, problems);
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(50);
    options.setNestingDepthLimit(50);
    options.setCodePointLimit(1 << 20);
    try {
      Node root = new Yaml(options).compose(new StringReader(text));
      return root == null ? YamlMap.none(Position.of(file)) : reader.convert(root);
    } catch (MarkedYAMLException e) {
      // e.getMessage() quotes the line, which may hold a secret
      problems.error(reader.position(e.getProblemMark()), "not YAML: " + what(e) + hint(e, text));
    } catch (UnusableException e) {
      problems.error(e.position, e.reason);
    } catch (YAMLException e) {
      problems.error(Position.of(file), "not YAML: " + e.getMessage());
    }
    return null;
  }

  private static String what(MarkedYAMLException e) {
    String context = e.getContext() == null ? "" : e.getContext() + ": ";
    return (context + e.getProblem()).replaceAll("\\s+", " ");
  }

  /** Inside braces or brackets, the braces of a reference end the value, which surprises users. */
  private static String hint(MarkedYAMLException e, String text) {
    String line =
        e.getProblemMark() == null
            ? ""
            : text.lines().skip(e.getProblemMark().getLine()).findFirst().orElse("");
    if (line.contains("${")) {
      return "; inside { } or [ ], a value with ${...} needs quotes";
    }
    if (line.matches(".*\\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]*].*")) {
      return "; an IPv6 address needs quotes: '[::1]:2022'";
    }
    return line.indexOf('\t') >= 0 ? "; the line has a tab, and YAML indents with spaces" : "";
  }

  private Position position(@Nullable Mark mark) {
    return mark == null
        ? Position.of(file)
        : new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private YamlNode convert(Node node) {
    Position position = position(node.getStartMark());
    if (++nodes > MOST_NODES) {
      throw new UnusableException(
          position, "more than " + MOST_NODES + " values; use fewer aliases");
    }
    if (around.contains(node)) {
      throw new UnusableException(position, "this value contains itself through an alias");
    }
    if (!PLAIN_TAGS.contains(node.getTag())) {
      problems.error(position, "tags such as " + node.getTag() + " are not supported; remove it");
    }
    around.push(node);
    try {
      return switch (node) {
        case MappingNode map -> new YamlMap(position, entries(map));
        case SequenceNode list -> new YamlList(position, items(list));
        case ScalarNode scalar -> new YamlScalar(position, scalar.getValue(), scalar.isPlain());
        default -> throw new UnusableException(position, "not a map, a list or a value");
      };
    } finally {
      around.pop();
    }
  }

  private List<YamlNode> items(SequenceNode list) {
    List<YamlNode> items = new ArrayList<>();
    list.getValue().forEach(item -> items.add(convert(item)));
    return items;
  }

  private Map<String, YamlMap.Entry> entries(MappingNode map) {
    Map<String, YamlMap.Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : map.getValue()) {
      Position at = position(tuple.getKeyNode().getStartMark());
      String key = key(tuple.getKeyNode(), at);
      YamlNode value = convert(tuple.getValueNode());
      if (key == null) {
        continue;
      }
      YamlMap.Entry first = entries.putIfAbsent(key, new YamlMap.Entry(at, value));
      if (first != null) {
        problems.error(
            at,
            "key '%s' is already at line %d; remove one"
                .formatted(key, first.keyPosition().line()));
      }
    }
    return entries;
  }

  private @Nullable String key(Node node, Position at) {
    if (!(node instanceof ScalarNode scalar)) {
      problems.error(at, "a key must be text");
      return null;
    }
    if (scalar.getTag().equals(Tag.MERGE)) {
      problems.error(at, "merge keys ('<<') are not supported; write the keys out or use an alias");
      return null;
    }
    if (scalar.isPlain() && !scalar.getTag().equals(Tag.STR)) {
      problems.error(at, "key %s is not text; put it in quotes".formatted(scalar.getValue()));
      return null;
    }
    return scalar.getValue();
  }

  private static final class UnusableException extends YAMLException {
    private static final long serialVersionUID = 1;

    private final transient Position position;
    private final String reason;

    UnusableException(Position position, String reason) {
      super(reason);
      this.position = position;
      this.reason = reason;
    }
  }
}
