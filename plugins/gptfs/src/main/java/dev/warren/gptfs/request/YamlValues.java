package dev.warren.gptfs.request;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies values of a YAML document that JSON can represent. YAML can represent more: a list that
 * contains itself, a million elements in ten lines, bytes, dates.
 */
final class YamlValues {
  private static final int DEEPEST = 20;
  private static final int MOST = 10_000;

  private final String file;
  private int count;

  YamlValues(String file) {
    this.file = file;
  }

  /**
   * A copy of a value.
   *
   * @param key the value's key, for the message
   * @throws BadRequestException if JSON cannot represent it, or it is too deep or too large
   */
  @Nullable Object plain(String key, @Nullable Object value) throws BadRequestException {
    return plain(key, value, 0);
  }

  private @Nullable Object plain(String key, @Nullable Object value, int depth)
      throws BadRequestException {
    if (depth > DEEPEST || ++count > MOST) {
      throw bad(key, depth > DEEPEST ? "is too deep, or contains itself" : "holds too much");
    }
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean flag -> flag;
      case Double number when number.isNaN() || number.isInfinite() ->
          throw bad(key, "is not a number that JSON has");
      case Number number -> number;
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        for (Object item : list) {
          copy.add(plain(key, item, depth + 1));
        }
        yield copy;
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          if (!(entry.getKey() instanceof String name)) {
            throw bad(key, "has a key that is not text");
          }
          copy.put(name, plain(key, entry.getValue(), depth + 1));
        }
        yield copy;
      }
      default -> throw bad(key, "is neither text, number, list nor map; write it in quotes");
    };
  }

  private BadRequestException bad(String key, String what) {
    return new BadRequestException("invalid_options", "%s: '%s' %s".formatted(file, key, what));
  }
}
