package dev.warren.api.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of a configuration.
 *
 * @param name as written in the file, in snake case
 * @param type what its value is
 * @param required whether it must be there
 * @param defaultValue what holds when it is not, as it would be written; null for none
 * @param choices the words that an {@link ConfigType#ENUM} takes
 * @param aliases older names that are still taken
 * @param minimum the least number, bytes or milliseconds
 * @param maximum the greatest number, bytes or milliseconds
 * @param documentation one line for the reference
 */
public record ConfigKey(
    String name,
    ConfigType type,
    boolean required,
    @Nullable Object defaultValue,
    List<String> choices,
    List<String> aliases,
    @Nullable Long minimum,
    @Nullable Long maximum,
    String documentation) {
  public ConfigKey {
    choices = List.copyOf(choices);
    aliases = List.copyOf(aliases);
  }

  /** An optional key without a default. */
  public static ConfigKey of(String name, ConfigType type, String documentation) {
    return new ConfigKey(name, type, false, null, List.of(), List.of(), null, null, documentation);
  }

  /** An optional key that takes one of a few words. */
  public static ConfigKey choice(String name, List<String> choices, String documentation) {
    return new ConfigKey(
        name, ConfigType.ENUM, false, null, choices, List.of(), null, null, documentation);
  }

  /** The same key, required. */
  public ConfigKey asRequired() {
    return new ConfigKey(
        name, type, true, defaultValue, choices, aliases, minimum, maximum, documentation);
  }

  /** The same key with a default, as it would be written. */
  public ConfigKey withDefault(Object value) {
    return new ConfigKey(
        name, type, required, value, choices, aliases, minimum, maximum, documentation);
  }

  /** The same key with older names. */
  public ConfigKey withAliases(String... names) {
    return new ConfigKey(
        name,
        type,
        required,
        defaultValue,
        choices,
        List.of(names),
        minimum,
        maximum,
        documentation);
  }

  /** The same key with a range for its number, bytes or milliseconds, both ends included. */
  public ConfigKey withRange(long least, long greatest) {
    return new ConfigKey(
        name, type, required, defaultValue, choices, aliases, least, greatest, documentation);
  }
}
