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

/** Reads one map of the file against a specification and gives each problem its position. */
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

  /**
   * Returns a reader whose messages quote no values, because people other than the author of the
   * values read them.
   */
  SectionReader quotingNothing() {
    return new SectionReader(references, redactor, problems, true);
  }

  /**
   * A part of the file.
   *
   * @param subject what it configures, for messages: {@code gptfs at /agents/gptfs}; may be empty
   * @param start where problems of the whole section are reported
   * @param map the keys and values
   */
  record Section(String subject, Position start, YamlMap map) {}

  /**
   * Reads a section.
   *
   * @param opaque keys whose values are not examined
   * @param check further checks, run if the values conform to the specification
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

  @SuppressWarnings({"NullAway", "unchecked"}) // parse accepts null values and reports them
  private static ConfigSpec.Result parse(ConfigSpec spec, Map<String, @Nullable Object> raw) {
    return spec.parse((Map<String, Object>) (Map<String, ?>) raw);
  }

  /**
   * Hides secrets before any value is checked: the message about one wrong value may quote others.
   */
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

  /** The state while one section is read. */
  private final class Reading {
    private final Section section;

    /**
     * The values that came from outside the file, by position: messages of the check quote values.
     */
    private final Map<Position, String> foreign = new HashMap<>();

    /** Keys whose values could not be resolved: further problems reported for them mean nothing. */
    private final List<String> unresolved = new ArrayList<>();

    private boolean failed;

    Reading(Section section) {
      this.section = section;
    }

    @Nullable Object top(ConfigSpec spec, Set<String> opaque, String name, YamlNode node) {
      if (opaque.contains(name)) {
        return node instanceof YamlMap || node.isEmpty() ? Map.of() : node.kind();
      }
      // A scalar where a list is expected is the list's only element, and always text.
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
