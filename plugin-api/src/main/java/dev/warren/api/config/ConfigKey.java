package dev.warren.api.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One key of a configuration, used both to declare it and to read its value from a {@link Config}.
 * Declare it as a constant of the class that reads it, so that a misspelt key or a wrong type does
 * not compile. Immutable.
 *
 * <pre>{@code
 * private static final ConfigKey<Long> WORKERS =
 *     ConfigKey.integer("workers", "calls at the same time").withDefault(3).withRange(1, 1000);
 * private static final ConfigKey<String> MODEL = ConfigKey.string("model", "the model to call");
 * private static final ConfigSpec SPEC = ConfigSpec.of(WORKERS, MODEL);
 * long workers = config.get(WORKERS);
 * Optional<String> model = config.find(MODEL);
 * }</pre>
 *
 * @param <T> the Java type of its values
 */
public final class ConfigKey<T> {
  private final Facts facts;

  /** The properties of a key. */
  private record Facts(
      String name,
      ConfigType type,
      boolean required,
      @Nullable Object defaultValue,
      List<String> choices,
      List<String> aliases,
      @Nullable Long minimum,
      @Nullable Long maximum,
      String documentation) {}

  private ConfigKey(Facts facts) {
    this.facts = facts;
  }

  private static <T> ConfigKey<T> of(
      String name, ConfigType type, List<String> choices, String documentation) {
    return new ConfigKey<>(
        new Facts(
            name, type, false, null, List.copyOf(choices), List.of(), null, null, documentation));
  }

  private static <T> ConfigKey<T> of(String name, ConfigType type, String documentation) {
    return of(name, type, List.of(), documentation);
  }

  /** Returns an optional key for text, without a default. The name is in snake case. */
  public static ConfigKey<String> string(String name, String documentation) {
    return of(name, ConfigType.STRING, documentation);
  }

  /** Returns an optional key whose value is one of a few words. */
  public static ConfigKey<String> choice(String name, List<String> choices, String documentation) {
    return of(name, ConfigType.ENUM, choices, documentation);
  }

  /** Returns an optional key for an integer. */
  public static ConfigKey<Long> integer(String name, String documentation) {
    return of(name, ConfigType.INTEGER, documentation);
  }

  /** Returns an optional key for a number of bytes. */
  public static ConfigKey<Long> size(String name, String documentation) {
    return of(name, ConfigType.SIZE, documentation);
  }

  /** Returns an optional key for a boolean. */
  public static ConfigKey<Boolean> bool(String name, String documentation) {
    return of(name, ConfigType.BOOLEAN, documentation);
  }

  /** Returns an optional key for a duration. */
  public static ConfigKey<Duration> duration(String name, String documentation) {
    return of(name, ConfigType.DURATION, documentation);
  }

  /** Returns an optional key for a secret. */
  public static ConfigKey<Secret> secret(String name, String documentation) {
    return of(name, ConfigType.SECRET, documentation);
  }

  /** Returns an optional key for a list, whose elements are not converted. */
  public static ConfigKey<List<Object>> list(String name, String documentation) {
    return of(name, ConfigType.LIST, documentation);
  }

  /** Returns an optional key for a map, whose values are not converted. */
  public static ConfigKey<Map<String, Object>> map(String name, String documentation) {
    return of(name, ConfigType.MAP, documentation);
  }

  /**
   * Returns an optional key for a database. If it has no value, an instance uses a {@link
   * DatabaseSettings#file} that it chooses; see {@link dev.warren.api.PluginContext#database}.
   */
  public static ConfigKey<DatabaseSettings> database(String name, String documentation) {
    return of(name, ConfigType.DATABASE, documentation);
  }

  /** Returns this key, required. */
  public ConfigKey<T> asRequired() {
    return new ConfigKey<>(
        new Facts(
            name(),
            type(),
            true,
            defaultValue(),
            choices(),
            aliases(),
            minimum(),
            maximum(),
            documentation()));
  }

  /** Returns this key with a default value, given as it would be written. */
  public ConfigKey<T> withDefault(Object value) {
    return new ConfigKey<>(
        new Facts(
            name(),
            type(),
            required(),
            value,
            choices(),
            aliases(),
            minimum(),
            maximum(),
            documentation()));
  }

  /** Returns this key with older names that are still accepted. */
  public ConfigKey<T> withAliases(String... names) {
    return new ConfigKey<>(
        new Facts(
            name(),
            type(),
            required(),
            defaultValue(),
            choices(),
            List.of(names),
            minimum(),
            maximum(),
            documentation()));
  }

  /** Returns this key with an inclusive range for its number, bytes or milliseconds. */
  public ConfigKey<T> withRange(long least, long greatest) {
    return new ConfigKey<>(
        new Facts(
            name(),
            type(),
            required(),
            defaultValue(),
            choices(),
            aliases(),
            least,
            greatest,
            documentation()));
  }

  /** The name as written in the file, in snake case. */
  public String name() {
    return facts.name();
  }

  /** The type of its value. */
  public ConfigType type() {
    return facts.type();
  }

  /** Whether a value is required. */
  public boolean required() {
    return facts.required();
  }

  /**
   * The value that applies if none is given, as it would be written; null if there is no default.
   */
  public @Nullable Object defaultValue() {
    return facts.defaultValue();
  }

  /** The words that an {@link ConfigType#ENUM} accepts. */
  public List<String> choices() {
    return facts.choices();
  }

  /** Older names that are still accepted. */
  public List<String> aliases() {
    return facts.aliases();
  }

  /** The smallest number, bytes or milliseconds; null if there is no minimum. */
  public @Nullable Long minimum() {
    return facts.minimum();
  }

  /** The greatest number, bytes or milliseconds; null if there is no maximum. */
  public @Nullable Long maximum() {
    return facts.maximum();
  }

  /** One line for the configuration reference. */
  public String documentation() {
    return facts.documentation();
  }

  /** The name. */
  @Override
  public String toString() {
    return name();
  }
}
