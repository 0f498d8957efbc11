package dev.warren.api.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values that agree with a {@link ConfigSpec}, defaults filled in. Immutable. A getter throws
 * {@link IllegalArgumentException} for a key that the specification does not have with that type,
 * and {@link IllegalStateException} for a value that is absent; the {@code find} forms answer with
 * nothing there.
 */
public final class Config {
  private final ConfigSpec spec;
  private final Map<String, Object> values;

  Config(ConfigSpec spec, Map<String, Object> values) {
    this.spec = spec;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Whether the key has a value, written or by default. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** A text or a word. */
  public String string(String key) {
    return present(key, findString(key));
  }

  /** A text or a word, if there. */
  public Optional<String> findString(String key) {
    return find(key, String.class, ConfigType.STRING, ConfigType.ENUM);
  }

  /** A whole number. */
  public long integer(String key) {
    return present(key, find(key, Long.class, ConfigType.INTEGER));
  }

  /** A number of bytes. */
  public long size(String key) {
    return present(key, find(key, Long.class, ConfigType.SIZE));
  }

  /** A truth value. */
  public boolean bool(String key) {
    return present(key, find(key, Boolean.class, ConfigType.BOOLEAN));
  }

  /** A length of time. */
  public Duration duration(String key) {
    return present(key, findDuration(key));
  }

  /** A length of time, if there. */
  public Optional<Duration> findDuration(String key) {
    return find(key, Duration.class, ConfigType.DURATION);
  }

  /** A secret. */
  public Secret secret(String key) {
    return present(key, findSecret(key));
  }

  /** A secret, if there. */
  public Optional<Secret> findSecret(String key) {
    return find(key, Secret.class, ConfigType.SECRET);
  }

  /** A list as it was written; empty if absent. */
  @SuppressWarnings("unchecked") // ConfigType.LIST makes nothing else
  public List<Object> list(String key) {
    return find(key, List.class, ConfigType.LIST).orElse(List.of());
  }

  /** A map as it was written; empty if absent. */
  @SuppressWarnings("unchecked") // ConfigType.MAP makes nothing else
  public Map<String, Object> map(String key) {
    return find(key, Map.class, ConfigType.MAP).orElse(Map.of());
  }

  private <T> T present(String key, Optional<T> value) {
    return value.orElseThrow(() -> new IllegalStateException("no value for " + key));
  }

  private <T> Optional<T> find(String key, Class<T> type, ConfigType... kinds) {
    ConfigKey known =
        spec.find(key).orElseThrow(() -> new IllegalArgumentException("unknown key " + key));
    if (!List.of(kinds).contains(known.type())) {
      throw new IllegalArgumentException(key + " is of type " + known.type());
    }
    return Optional.ofNullable(values.get(known.name())).map(type::cast);
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Config other && values.equals(other.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** The keys alone: a map or a list may hold secrets. */
  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
