package dev.warren.api.config;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
      long unit =
          switch (m.group(2).toLowerCase(Locale.ROOT)) {
            case "ms" -> 1;
            case "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
          };
      // A duration is compared with its bounds in milliseconds, so it must be countable in them.
      return (unit == 0 && !m.group().equals("0")) || (unit > 0 && count > Long.MAX_VALUE / unit)
          ? null
          : Duration.ofMillis(count * unit);
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
  /** A list of anything. One text stands for a list of it alone. Java: {@code List<Object>}. */
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
  /** A map from names to anything, in its order. Java: {@code Map<String, Object>}. */
  MAP("a map with names for keys") {
    @Override
    @Nullable Object parse(Object raw) {
      return raw instanceof Map<?, ?> map
              && map.keySet().stream().allMatch(String.class::isInstance)
          ? Collections.unmodifiableMap(new LinkedHashMap<>(map))
          : null;
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

  private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]{1,20}");
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
