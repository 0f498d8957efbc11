package dev.warren.api.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What kind of value a key takes, how it is written, and which Java type it has. */
public enum ConfigType {
  /** Text; numbers and booleans are taken as they are written. Java: String. */
  STRING("text") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof Map || raw instanceof List ? null : raw.toString();
    }
  },
  /** A whole number. Java: Long. */
  INTEGER("a whole number") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof Number n && !(n instanceof Double) && !(n instanceof Float)
          ? (Object) n.longValue()
          : raw instanceof String s && s.strip().matches("[+-]?[0-9]{1,18}")
              ? (Object) Long.parseLong(s.strip())
              : null;
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
   * A length of time: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}, {@code 7d}. Java:
   * Duration.
   */
  DURATION("a duration such as 500ms, 10s, 5m, 1h or 7d") {
    @Override
    @Nullable Object parse(Object raw) {
      Matcher m = QUANTITY.matcher(raw.toString().strip());
      if (!m.matches()) {
        return null;
      }
      long count = Long.parseLong(m.group(1));
      return switch (m.group(2).toLowerCase(Locale.ROOT)) {
        case "ms" -> Duration.ofMillis(count);
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        case "d" -> Duration.ofDays(count);
        case "" -> count == 0 ? Duration.ZERO : null;
        default -> null;
      };
    }
  },
  /** A number of bytes: {@code 4096}, {@code 64KiB}, {@code 8MiB}, {@code 1GiB}. Java: Long. */
  SIZE("a size such as 4096, 64KiB, 8MiB or 1GiB") {
    @Override
    @Nullable Object parse(Object raw) {
      Matcher m = QUANTITY.matcher(raw.toString().strip());
      if (!m.matches()) {
        return null;
      }
      int shift =
          switch (m.group(2).toLowerCase(Locale.ROOT)) {
            case "", "b" -> 0;
            case "k", "kib" -> 10;
            case "m", "mib" -> 20;
            case "g", "gib" -> 30;
            case "t", "tib" -> 40;
            default -> -1;
          };
      long count = Long.parseLong(m.group(1));
      return shift < 0 || count > Long.MAX_VALUE >> shift ? null : (Object) (count << shift);
    }
  },
  /** One of a few words. Java: String. */
  ENUM("one of the listed words") {
    @Override
    @Nullable Object parse(Object raw) {
      return STRING.parse(raw);
    }
  },
  /** A list of anything. Java: {@code List<Object>}. */
  LIST("a list") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof List<?> list ? List.copyOf(list) : null;
    }
  },
  /** A map from names to anything. Java: {@code Map<String, Object>}. */
  MAP("a map") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof Map<?, ?> map ? map : null;
    }
  },
  /** Text that must not be seen. Java: {@link Secret}. */
  SECRET("text") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof Secret
          ? raw
          : STRING.parse(raw) instanceof String s ? new Secret(s) : null;
    }
  };

  private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,15}) ?([A-Za-z]*)");

  private final String description;

  ConfigType(String description) {
    this.description = description;
  }

  /** How to write a value, for messages. */
  public String description() {
    return description;
  }

  /** The value of this type that a YAML value stands for; null if it stands for none. */
  abstract @Nullable Object parse(Object raw);
}
