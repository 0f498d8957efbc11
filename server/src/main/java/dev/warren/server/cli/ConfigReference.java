package dev.warren.server.cli;

import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The reference of configuration keys, in Markdown that is also readable as plain text. */
final class ConfigReference {
  private ConfigReference() {}

  /** Returns one list item per key. */
  static String of(ConfigSpec spec) {
    StringBuilder text = new StringBuilder();
    for (ConfigKey<?> key : spec.keys()) {
      text.append("* `%s` (%s): %s\n".formatted(key.name(), facts(key), key.documentation()));
    }
    return text.isEmpty() ? "It has no keys.\n" : text.toString();
  }

  private static String facts(ConfigKey<?> key) {
    List<String> facts = new ArrayList<>();
    facts.add(
        key.choices().isEmpty()
            ? key.type().name().toLowerCase(Locale.ROOT)
            : String.join(" | ", key.choices()));
    if (key.required()) {
      facts.add("required");
    } else if (key.defaultValue() != null) {
      facts.add("default " + key.defaultValue());
    }
    if (key.minimum() != null || key.maximum() != null) {
      facts.add("%s to %s".formatted(bound(key, key.minimum()), bound(key, key.maximum())));
    }
    if (!key.aliases().isEmpty()) {
      facts.add("also " + String.join(", ", key.aliases()));
    }
    return String.join(", ", facts);
  }

  private static String bound(ConfigKey<?> key, @Nullable Long value) {
    if (value == null) {
      return "any";
    }
    return switch (key.type()) {
      case DURATION -> Quantity.duration(value);
      case SIZE -> Quantity.size(value);
      case STRING, INTEGER, BOOLEAN, ENUM, LIST, MAP, SECRET, DATABASE -> Long.toString(value);
    };
  }
}
