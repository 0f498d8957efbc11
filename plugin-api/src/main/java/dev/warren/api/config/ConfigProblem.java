package dev.warren.api.config;

import java.util.List;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path the keys that lead to the value, from the instance's {@code config} map on: names of
 *     maps, decimal indexes of lists; empty for the map itself
 * @param onKey whether the key is wrong rather than its value; decides which of the two positions
 *     in the file is named
 * @param message what is wrong and what to do about it; never a secret's value
 */
public record ConfigProblem(List<String> path, boolean onKey, String message) {
  public ConfigProblem {
    path = List.copyOf(path);
  }

  /** A problem with the value of a key. */
  public static ConfigProblem of(ConfigKey<?> key, String message) {
    return of(key.name(), message);
  }

  /** A problem with the value of a key that no specification has. */
  public static ConfigProblem of(String key, String message) {
    return new ConfigProblem(List.of(key), false, message);
  }

  /** The keys with dots between, then the message. */
  @Override
  public String toString() {
    return path.isEmpty() ? message : String.join(".", path) + ": " + message;
  }
}
