package dev.warren.database;

/**
 * An error in a database's settings.
 *
 * @param key the setting: {@code url}, {@code user} or {@code password}
 * @param message what to do about it; quotes no value that may be a secret
 */
public record Fault(String key, String message) {
  static Fault url(String message) {
    return new Fault("url", message);
  }
}
