package dev.warren.database;

/**
 * What is wrong with a database's settings.
 *
 * @param key of which of them: {@code url}, {@code user} or {@code password}
 * @param message what to do about it; without what was written, which may be a secret
 */
public record Fault(String key, String message) {
  static Fault url(String message) {
    return new Fault("url", message);
  }
}
