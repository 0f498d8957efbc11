package dev.warren.server.config;

import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import java.util.Map;

/** The keys of one instance in the section {@code plugins}. */
public final class InstanceKeys {
  static final ConfigKey<String> NAME =
      ConfigKey.string("name", "the instance's name, unique in the host; default: the plugin's");
  static final ConfigKey<Boolean> ENABLED =
      ConfigKey.bool("enabled", "whether it is mounted").withDefault(true);
  static final ConfigKey<String> PATH =
      ConfigKey.string("path", "where it is mounted: an absolute path").asRequired();
  static final ConfigKey<Map<String, Object>> CONFIG =
      ConfigKey.map("config", "the plugin's own keys");

  /** These keys are the same for every plugin; {@code config} holds the plugin's own. */
  public static final ConfigSpec SPEC = ConfigSpec.of(NAME, ENABLED, PATH, CONFIG);

  private InstanceKeys() {}
}
