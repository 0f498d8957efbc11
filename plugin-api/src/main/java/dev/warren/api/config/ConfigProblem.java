package dev.warren.api.config;

import java.util.List;

/**
 * One problem in a configuration.
 *
 * @param path the keys that lead to the value, starting in the instance's {@code config} map: names
 *     of map entries, decimal indexes of list elements; empty for the map itself
 * @param onKey whether the key is wrong rather than its value; it selects the position in the file
 *     that is reported
 * @param message what is wrong and what to do about it; never contains the value of a secret
 */
public record ConfigProblem(List<String> path, boolean onKey, String message) {
  public ConfigProblem {
    path = List.copyOf(path);
  }

  /** Returns a problem with the value of a key. */
  public static ConfigProblem of(ConfigKey<?> key, String message) {
    return of(key.name(), message);
  }

  /** Returns a problem with the value of a key that no specification contains. */
  public static ConfigProblem of(String key, String message) {
    return new ConfigProblem(List.of(key), false, message);
  }

  /** The keys, joined with dots, then the message. */
  @Override
  public String toString() {
    return path.isEmpty() ? message : String.join(".", path) + ": " + message;
  }
}
