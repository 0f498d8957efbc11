package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.server.log.Redactor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration as it may be seen. Not by trusting that secrets are declared: what a map holds is
 * the plugin's own, headers with keys in them for one, so its names alone are shown.
 */
public final class ShownSettings {
  private static final String HIDDEN = "***";

  private ShownSettings() {}

  /** The values that are set, as text, in the order of the specification. */
  public static Map<String, String> of(ConfigSpec spec, Config config, Redactor redactor) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (ConfigKey key : spec.keys()) {
      if (config.has(key.name())) {
        shown.put(key.name(), redactor.redact(text(key, config)));
      }
    }
    return shown;
  }

  private static String text(ConfigKey key, Config config) {
    String name = key.name();
    return switch (key.type()) {
      case STRING, ENUM -> config.string(name);
      case INTEGER -> Long.toString(config.integer(name));
      case SIZE -> Long.toString(config.size(name));
      case BOOLEAN -> Boolean.toString(config.bool(name));
      case DURATION -> config.duration(name).toMillis() + "ms";
      case SECRET -> HIDDEN;
      case LIST -> shown(config.list(name));
      case MAP -> shown(config.map(name));
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
