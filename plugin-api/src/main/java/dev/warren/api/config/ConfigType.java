package dev.warren.api.config;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The types of configuration values: how each is written, and its Java type. */
public enum ConfigType {
  /** Text; numbers and booleans are accepted as they are written. Java: String. */
  STRING("text") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof Map || raw instanceof List ? null : raw.toString();
    }
  },
  /** An integer. Java: Long. */
  INTEGER("a whole number") {
    @Override
    @Nullable Object parse(Object raw) {
      String written = raw instanceof Double || raw instanceof Float ? "" : raw.toString().strip();
      return WHOLE_NUMBER.matcher(written).matches() ? inRange(new BigInteger(written)) : null;
    }

    private @Nullable Object inRange(BigInteger number) {
      return number.bitLength() < Long.SIZE ? number.longValue() : null;
    }
  },
  /** true or false. Java: Boolean. */
  BOOLEAN("true or false") {
    @Override
    @Nullable Object parse(Object raw) {
      return switch (raw.toString().strip().toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> null;
      };
    }
  },
  /**
   * A duration: {@code 500ms}, {@code 10s}, {@code 1.5s}, {@code 1m30s}, {@code 7d}. Java:
   * Duration.
   */
  DURATION("a duration such as 500ms, 10s, 5m, 1h or 7d") {
    @Override
    @Nullable Object parse(Object raw) {
      Long millis = Quantity.millis(raw.toString());
      return millis == null ? null : Duration.ofMillis(millis);
    }
  },
  /** A number of bytes: {@code 4096}, {@code 64KiB}, {@code 8MiB}, {@code 4MB}. Java: Long. */
  SIZE("a size such as 4096, 64KiB, 8MiB or 1GiB") {
    @Override
    @Nullable Object parse(Object raw) {
      return Quantity.bytes(raw.toString());
    }
  },
  /** One of a list of words. Java: String. */
  ENUM("one of the listed words") {
    @Override
    @Nullable Object parse(Object raw) {
      return STRING.parse(raw);
    }
  },
  /**
   * A list of any values. A single text is accepted as a list of one element. Java: {@code
   * List<Object>}.
   */
  LIST("a list without empty elements") {
    @Override
    @Nullable Object parse(Object raw) {
      return switch (raw) {
        case List<?> list -> list.stream().allMatch(Objects::nonNull) ? List.copyOf(list) : null;
        case String text -> List.of(text);
        default -> null;
      };
    }
  },
  /** A map from names to any values, which keeps its order. Java: {@code Map<String, Object>}. */
  MAP("a map with names for keys") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof Map<?, ?> map
              && map.keySet().stream().allMatch(String.class::isInstance)
          ? Collections.unmodifiableMap(new LinkedHashMap<>(map))
          : null;
    }
  },
  /** Text that must not be displayed. Java: {@link Secret}. */
  SECRET("text") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof Secret
          ? raw
          : STRING.parse(raw) instanceof String s ? new Secret(s) : null;
    }
  },
  /** A database: its URL, or a map of URL, user and password. Java: {@link DatabaseSettings}. */
  DATABASE("a database such as jdbc:sqlite:/var/lib/jobs.db, or {url, user, password}") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof DatabaseSettings ? raw : DatabaseSettings.parse(raw);
    }
  };

  private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?(0|[1-9][0-9]{0,19})");

  private final String description;

  ConfigType(String description) {
    this.description = description;
  }

  /** The expected form of a value, for messages. */
  public String description() {
    return description;
  }

  /** Converts a YAML value to this type; returns null if that is not possible. */
  abstract @Nullable Object parse(Object raw);
}
