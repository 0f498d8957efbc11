package dev.warren.api.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Configuration values that conform to a {@link ConfigSpec}, including defaults. Immutable. The
 * accessors accept the specification's keys, or keys with the same names and types; for any other
 * key they throw {@link IllegalArgumentException}.
 */
public final class Config {
  private final ConfigSpec spec;
  private final Map<String, Object> values;

  Config(ConfigSpec spec, Map<String, Object> values) {
    this.spec = spec;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Whether the key has a value, either written or by default. */
  public boolean has(ConfigKey<?> key) {
    return values.containsKey(key.name());
  }

  /**
   * Returns the value of a key; for an absent list or map, an empty one.
   *
   * @throws IllegalStateException if another value is absent: the key is neither required nor has a
   *     default
   */
  public <T> T get(ConfigKey<T> key) {
    return find(key)
        .or(() -> empty(key))
        .orElseThrow(() -> new IllegalStateException("no value for " + key));
  }

  /** Returns the value of a key, empty if it has none. */
  // the type of the key is that of the value that its ConfigType produces
  @SuppressWarnings("unchecked")
  public <T> Optional<T> find(ConfigKey<T> key) {
    ConfigKey<?> known =
        spec.find(key.name()).orElseThrow(() -> new IllegalArgumentException("unknown key " + key));
    if (known.type() != key.type()) {
      throw new IllegalArgumentException("%s is of type %s".formatted(key, known.type()));
    }
    return (Optional<T>) Optional.ofNullable(values.get(known.name()));
  }

  @SuppressWarnings("unchecked") // as above
  private static <T> Optional<T> empty(ConfigKey<T> key) {
    return (Optional<T>)
        switch (key.type()) {
          case LIST -> Optional.of(List.of());
          case MAP -> Optional.of(Map.of());
          case STRING, INTEGER, BOOLEAN, DURATION, SIZE, ENUM, SECRET, DATABASE -> Optional.empty();
        };
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Config other && values.equals(other.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** The names of the keys only: a map or a list may contain secrets. */
  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
