package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import dev.warren.server.config.References.Resolved;
import dev.warren.server.config.References.UnresolvedException;
import dev.warren.server.config.YamlNode.YamlList;
import dev.warren.server.config.YamlNode.YamlMap;
import dev.warren.server.config.YamlNode.YamlScalar;
import dev.warren.server.log.Redactor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one map of the file against a specification and gives each problem its place. */
final class SectionReader {
  private static final HomeDirectory HOME = HomeDirectory.ofProcess();

  private final References references;
  private final Redactor redactor;
  private final Problems problems;
  private final boolean quotesNothing;

  SectionReader(References references, Redactor redactor, Problems problems) {
    this(references, redactor, problems, false);
  }

  private SectionReader(
      References references, Redactor redactor, Problems problems, boolean quotesNothing) {
    this.references = references;
    this.redactor = redactor;
    this.problems = problems;
    this.quotesNothing = quotesNothing;
  }

  /** The same, but no message quotes a value: others read it than those who wrote the value. */
  SectionReader quotingNothing() {
    return new SectionReader(references, redactor, problems, true);
  }

  /**
   * A part of the file.
   *
   * @param subject what it configures, for messages: {@code gptfs at /agents/gptfs}; may be empty
   * @param start where what concerns the whole is reported
   * @param map the keys and values
   */
  record Section(String subject, Position start, YamlMap map) {}

  /**
   * Reads a section.
   *
   * @param opaque keys whose values are not looked into
   * @param check what is asked about values that agree with the specification
   * @return null if there were problems, which have been reported
   */
  @Nullable Config read(
      Section section,
      ConfigSpec spec,
      Set<String> opaque,
      Function<Config, List<ConfigProblem>> check) {
    Reading reading = new Reading(section);
    Map<String, @Nullable Object> raw = new LinkedHashMap<>();
    section
        .map()
        .entries()
        .forEach((name, entry) -> raw.put(name, reading.top(spec, opaque, name, entry.value())));
    hideSecrets(spec, raw);
    ConfigSpec.Result result = parse(spec, raw);
    result.problems().forEach(reading::report);
    Config config = result.config();
    if (config == null || reading.failed) {
      return null;
    }
    check.apply(config).forEach(reading::report);
    return reading.failed ? null : config;
  }

  @SuppressWarnings({"NullAway", "unchecked"}) // parse takes empty values, and says so
  private static ConfigSpec.Result parse(ConfigSpec spec, Map<String, @Nullable Object> raw) {
    return spec.parse((Map<String, Object>) (Map<String, ?>) raw);
  }

  /** Before anybody judges them: what is said of a wrong value may quote others. */
  private void hideSecrets(ConfigSpec spec, Map<String, @Nullable Object> raw) {
    raw.forEach(
        (name, value) ->
            spec.find(name)
                .ifPresent(
                    key -> {
                      if (key.type() == ConfigType.SECRET) {
                        hide(key.name(), value);
                      } else if (key.type() == ConfigType.DATABASE
                          && value instanceof Map<?, ?> m) {
                        hide("password", m.get("password"));
                      }
                    }));
  }

  private void hide(String name, @Nullable Object value) {
    switch (value) {
      case List<?> list -> list.forEach(item -> hide(name, item));
      case Map<?, ?> map -> map.values().forEach(item -> hide(name, item));
      case null -> {}
      default -> redactor.hide(value.toString(), "***" + name + "***");
    }
  }

  /** The reading of one section. */
  private final class Reading {
    private final Section section;

    /** Where a value from outside stood, and what it was: messages of the check quote values. */
    private final Map<Position, String> foreign = new HashMap<>();

    /** Keys whose value is not known: what the specification says about them means nothing. */
    private final List<String> unresolved = new ArrayList<>();

    private boolean failed;

    Reading(Section section) {
      this.section = section;
    }

    @Nullable Object top(ConfigSpec spec, Set<String> opaque, String name, YamlNode node) {
      if (opaque.contains(name)) {
        return node instanceof YamlMap || node.isEmpty() ? Map.of() : node.kind();
      }
      // A value where a list is expected is its only element: text, whatever it looks like.
      boolean nested =
          !(node instanceof YamlScalar)
              && spec.find(name)
                  .map(key -> key.type() == ConfigType.LIST || key.type() == ConfigType.MAP)
                  .orElse(false);
      if (node.isEmpty()) {
        return null;
      }
      int before = problems.errors();
      Object value = value(node, !nested);
      if (problems.errors() > before) {
        failed = true;
        unresolved.add(name);
      }
      return value;
    }

    private Object value(YamlNode node, boolean asWritten) {
      return switch (node) {
        case YamlMap map -> {
          Map<String, Object> values = new LinkedHashMap<>();
          map.entries()
              .forEach(
                  (k, entry) ->
                      values.put(k, present(entry.keyPosition(), entry.value(), asWritten)));
          yield values;
        }
        case YamlList list -> {
          List<Object> values = new ArrayList<>();
          list.items().forEach(item -> values.add(present(item.position(), item, asWritten)));
          yield values;
        }
        case YamlScalar scalar -> scalar(scalar, asWritten);
      };
    }

    private Object present(Position at, YamlNode node, boolean asWritten) {
      if (node.isEmpty()) {
        error(at, "this is empty; write a value, '' for empty text, or remove it");
        return "";
      }
      return value(node, asWritten);
    }

    private Object scalar(YamlScalar scalar, boolean asWritten) {
      try {
        if (scalar.text().contains("${")) {
          Resolved resolved = references.resolve(scalar.text());
          if (resolved.foreign()) {
            foreign.put(scalar.position(), resolved.value());
          }
          return resolved.foreign() ? resolved.value() : HOME.expand(resolved.value());
        }
        if (scalar.text().contains("~")) {
          return HOME.expand(scalar.text());
        }
      } catch (UnresolvedException e) {
        error(scalar.position(), e.getMessage());
        return scalar.text();
      }
      if (quotesNothing) {
        foreign.put(scalar.position(), scalar.text());
      }
      return asWritten || !scalar.plain() ? scalar.text() : Scalars.of(scalar.text());
    }

    void report(ConfigProblem problem) {
      List<String> path = problem.path();
      if (!path.isEmpty() && unresolved.contains(path.getFirst())) {
        return;
      }
      Position at = YamlNode.find(section.map(), path, problem.onKey(), section.start());
      String value = foreign.get(at);
      String message =
          problem.onKey() && path.size() == 1
              ? problem.message() + AgfsNames.key(section.subject(), path.getFirst())
              : problem.message();
      error(
          at,
          value == null
              ? message
              : message.replace(
                  "'" + value + "'",
                  quotesNothing ? "what was given" : "the value from outside the file"));
    }

    private void error(Position at, @Nullable String message) {
      failed = true;
      problems.error(
          at, section.subject().isEmpty() ? "" + message : section.subject() + ": " + message);
    }
  }
}
