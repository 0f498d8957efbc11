package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import dev.warren.api.config.Quantity;
import dev.warren.api.config.Secret;
import dev.warren.server.log.Redactor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration in a form that may be shown. It does not rely on secrets being declared: the
 * values of a map belong to the plugin and may contain keys (HTTP headers, for example), so only a
 * map's names are shown.
 */
public final class ShownSettings {
  private static final String HIDDEN = "***";

  private ShownSettings() {}

  /** Returns the values that are set, as text, in the order of the specification. */
  public static Map<String, String> of(ConfigSpec spec, Config config, Redactor redactor) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (ConfigKey<?> key : spec.keys()) {
      config.find(key).ifPresent(value -> shown.put(key.name(), redactor.redact(text(key, value))));
    }
    return shown;
  }

  private static String text(ConfigKey<?> key, Object value) {
    return switch (value) {
      case Secret _ -> HIDDEN;
      case Duration time -> Quantity.duration(time.toMillis());
      case Long bytes when key.type() == ConfigType.SIZE -> Quantity.size(bytes);
      default -> shown(value);
    };
  }

  private static String shown(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          String.join(", ", map.keySet().stream().map(k -> k + ": " + HIDDEN).toList());
      case List<?> list -> String.join(", ", list.stream().map(ShownSettings::shown).toList());
      default -> value.toString();
    };
  }
}
