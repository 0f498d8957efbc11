package dev.warren.api.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a configuration may have. The host checks a file against it before it opens
 * anything, reports all problems at once, and prints the configuration reference from it.
 */
public final class ConfigSpec {
  private static final int MOST_QUOTED = 200;

  private final Map<String, ConfigKey<?>> keys = new LinkedHashMap<>();
  private final Map<String, ConfigKey<?>> byAnyName = new LinkedHashMap<>();

  private ConfigSpec(List<ConfigKey<?>> keys) {
    for (ConfigKey<?> key : keys) {
      this.keys.put(key.name(), key);
      put(key.name(), key);
      key.aliases().forEach(alias -> put(alias, key));
    }
  }

  /**
   * Returns a specification of these keys, in the order in which the reference lists them.
   *
   * @throws IllegalArgumentException if two keys share a name or an alias
   */
  public static ConfigSpec of(ConfigKey<?>... keys) {
    return new ConfigSpec(List.of(keys));
  }

  private void put(String name, ConfigKey<?> key) {
    if (byAnyName.put(name, key) != null) {
      throw new IllegalArgumentException("two keys are called " + name);
    }
  }

  /** The keys in order. */
  public List<ConfigKey<?>> keys() {
    return List.copyOf(keys.values());
  }

  /** Returns the key with a name or an older name. */
  public Optional<ConfigKey<?>> find(String name) {
    return Optional.ofNullable(byAnyName.get(name));
  }

  /**
   * Converts and checks a configuration.
   *
   * @param raw as parsed from YAML: strings, numbers, booleans, lists, maps with string keys
   * @return the values, including defaults, or all problems
   */
  public Result parse(Map<String, ?> raw) {
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, String> writtenAs = new LinkedHashMap<>();
    List<ConfigProblem> problems = new ArrayList<>();
    raw.forEach(
        (name, value) -> {
          ConfigKey<?> key = byAnyName.get(name);
          if (key == null) {
            problems.add(new ConfigProblem(List.of(name), true, unknown(name)));
          } else if (writtenAs.containsKey(key.name())) {
            problems.add(
                new ConfigProblem(
                    List.of(name),
                    true,
                    "'%s' is another name of '%s', which is set too; remove one"
                        .formatted(name, writtenAs.get(key.name()))));
          } else {
            writtenAs.put(key.name(), name);
            read(key, name, value, values, problems);
          }
        });
    for (ConfigKey<?> key : keys.values()) {
      if (writtenAs.containsKey(key.name())) {
        continue;
      }
      if (key.required()) {
        problems.add(
            new ConfigProblem(
                List.of(),
                true,
                "missing key '%s': %s".formatted(key.name(), key.documentation())));
      } else if (key.defaultValue() != null) {
        read(key, key.name(), key.defaultValue(), values, problems);
      }
    }
    return new Result(problems.isEmpty() ? new Config(this, values) : null, problems);
  }

  private static void read(
      ConfigKey<?> key,
      String name,
      @Nullable Object raw,
      Map<String, Object> values,
      List<ConfigProblem> problems) {
    Object value = raw == null ? null : key.type().parse(raw);
    if (value == null && key.type() == ConfigType.DATABASE && raw instanceof Map<?, ?> map) {
      problems.addAll(DatabaseSettings.problems(name, map));
    } else if (value == null) {
      problems.add(
          ConfigProblem.of(
              name, "'%s' must be %s%s".formatted(name, key.type().description(), was(key, raw))));
    } else if (key.type() == ConfigType.ENUM && !key.choices().contains(value)) {
      problems.add(
          ConfigProblem.of(
              name,
              "'%s' must be one of %s%s%s"
                  .formatted(
                      name,
                      String.join(", ", key.choices()),
                      was(key, raw),
                      Suggestion.of(value.toString(), key.choices()))));
    } else if (outside(key, value)) {
      problems.add(
          ConfigProblem.of(
              name,
              "'%s' must be from %s to %s%s"
                  .formatted(
                      name, bound(key, key.minimum()), bound(key, key.maximum()), was(key, raw))));
    } else {
      values.put(key.name(), value);
    }
  }

  private static String was(ConfigKey<?> key, @Nullable Object raw) {
    boolean hidden =
        key.type() == ConfigType.SECRET
            || (key.type() == ConfigType.DATABASE && raw != null) // a URL may contain a password
            || raw instanceof Map
            || raw instanceof List;
    return hidden ? "" : raw == null ? ", but it is empty" : ", not '" + cut(raw.toString()) + "'";
  }

  private static boolean outside(ConfigKey<?> key, Object value) {
    long number =
        switch (value) {
          case Long n -> n;
          case Duration d -> d.toMillis();
          default -> 0;
        };
    boolean counted = value instanceof Long || value instanceof Duration;
    return counted
        && ((key.minimum() != null && number < key.minimum())
            || (key.maximum() != null && number > key.maximum()));
  }

  /** Truncates a text to the length that a message can contain. */
  private static String cut(String text) {
    return text.length() <= MOST_QUOTED
        ? text
        : "%s\u2026 (%d characters)".formatted(text.substring(0, MOST_QUOTED), text.length());
  }

  private static String bound(ConfigKey<?> key, @Nullable Long number) {
    return number == null
        ? "any"
        : switch (key.type()) {
          case DURATION -> Quantity.duration(number);
          case SIZE -> Quantity.size(number);
          case STRING, INTEGER, BOOLEAN, ENUM, LIST, MAP, SECRET, DATABASE -> number.toString();
        };
  }

  private String unknown(String name) {
    return "unknown key '%s'%s; known are %s"
        .formatted(
            cut(name), Suggestion.of(name, byAnyName.keySet()), String.join(", ", keys.keySet()));
  }

  /**
   * The result of parsing a configuration.
   *
   * @param config the values, null if there are problems
   * @param problems all problems in the order of the file, missing keys last
   */
  public record Result(@Nullable Config config, List<ConfigProblem> problems) {
    public Result {
      problems = List.copyOf(problems);
    }

    /**
     * Returns the values.
     *
     * @throws IllegalArgumentException with all problems, if there are any
     */
    public Config orThrow() {
      if (config == null) {
        throw new IllegalArgumentException(
            String.join("; ", problems.stream().map(ConfigProblem::toString).toList()));
      }
      return config;
    }
  }
}
