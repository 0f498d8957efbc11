package dev.warren.server.config;

import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;

/** The keys of one instance in the section {@code plugins}. */
public final class InstanceKeys {
  /** They are the same for every plugin; {@code config} holds the plugin's own. */
  public static final ConfigSpec SPEC =
      ConfigSpec.of(
          ConfigKey.of(
              "name",
              ConfigType.STRING,
              "the instance's name, which no other has; default: the plugin's"),
          ConfigKey.of("enabled", ConfigType.BOOLEAN, "whether it is mounted").withDefault(true),
          ConfigKey.of("path", ConfigType.STRING, "where it is mounted: an absolute path")
              .asRequired(),
          ConfigKey.of("config", ConfigType.MAP, "the plugin's own keys"));

  private InstanceKeys() {}
}
