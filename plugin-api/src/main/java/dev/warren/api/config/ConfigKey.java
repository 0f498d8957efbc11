package dev.warren.api.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One key of a configuration, and what a {@link Config} is asked for: a constant of the class that
 * reads it, so that a key that is mistyped or of another type does not compile. Immutable.
 *
 * <pre>{@code
 * private static final ConfigKey<Long> WORKERS =
 *     ConfigKey.integer("workers", "calls at the same time").withDefault(3).withRange(1, 1000);
 * private static final ConfigKey<String> MODEL = ConfigKey.string("model", "what prompts go to");
 * private static final ConfigSpec SPEC = ConfigSpec.of(WORKERS, MODEL);
 *
 * long workers = config.get(WORKERS);
 * Optional<String> model = config.find(MODEL);
 * }</pre>
 *
 * @param <T> the Java type of its values
 */
public final class ConfigKey<T> {
  private final Facts facts;

  /** What is said of a key. */
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

  /** An optional key for a text, without a default. The name is in snake case. */
  public static ConfigKey<String> string(String name, String documentation) {
    return of(name, ConfigType.STRING, documentation);
  }

  /** An optional key that takes one of a few words. */
  public static ConfigKey<String> choice(String name, List<String> choices, String documentation) {
    return of(name, ConfigType.ENUM, choices, documentation);
  }

  /** An optional key for a whole number. */
  public static ConfigKey<Long> integer(String name, String documentation) {
    return of(name, ConfigType.INTEGER, documentation);
  }

  /** An optional key for a number of bytes. */
  public static ConfigKey<Long> size(String name, String documentation) {
    return of(name, ConfigType.SIZE, documentation);
  }

  /** An optional key for a truth value. */
  public static ConfigKey<Boolean> bool(String name, String documentation) {
    return of(name, ConfigType.BOOLEAN, documentation);
  }

  /** An optional key for a length of time. */
  public static ConfigKey<Duration> duration(String name, String documentation) {
    return of(name, ConfigType.DURATION, documentation);
  }

  /** An optional key for a secret. */
  public static ConfigKey<Secret> secret(String name, String documentation) {
    return of(name, ConfigType.SECRET, documentation);
  }

  /** An optional key for a list, whose elements are as they were written. */
  public static ConfigKey<List<Object>> list(String name, String documentation) {
    return of(name, ConfigType.LIST, documentation);
  }

  /** An optional key for a map, whose values are as they were written. */
  public static ConfigKey<Map<String, Object>> map(String name, String documentation) {
    return of(name, ConfigType.MAP, documentation);
  }

  /**
   * An optional key for a database. Without it, take {@link DatabaseSettings#file} of a place of
   * the instance's own; see {@link dev.warren.api.PluginContext#database}.
   */
  public static ConfigKey<DatabaseSettings> database(String name, String documentation) {
    return of(name, ConfigType.DATABASE, documentation);
  }

  /** The same key, required. */
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

  /** The same key with a default, as it would be written. */
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

  /** The same key with older names. */
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

  /** The same key with a range for its number, bytes or milliseconds, both ends included. */
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

  /** As written in the file, in snake case. */
  public String name() {
    return facts.name();
  }

  /** What its value is. */
  public ConfigType type() {
    return facts.type();
  }

  /** Whether it must be there. */
  public boolean required() {
    return facts.required();
  }

  /** What holds when it is not, as it would be written; null for none. */
  public @Nullable Object defaultValue() {
    return facts.defaultValue();
  }

  /** The words that an {@link ConfigType#ENUM} takes. */
  public List<String> choices() {
    return facts.choices();
  }

  /** Older names that are still taken. */
  public List<String> aliases() {
    return facts.aliases();
  }

  /** The least number, bytes or milliseconds; null for any. */
  public @Nullable Long minimum() {
    return facts.minimum();
  }

  /** The greatest number, bytes or milliseconds; null for any. */
  public @Nullable Long maximum() {
    return facts.maximum();
  }

  /** One line for the reference. */
  public String documentation() {
    return facts.documentation();
  }

  /** The name. */
  @Override
  public String toString() {
    return name();
  }
}
