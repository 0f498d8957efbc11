package dev.warren.server.config;

/**
 * One thing in the configuration that is wrong, or may be.
 *
 * @param position where
 * @param fatal whether the configuration cannot be used; else it is a warning
 * @param message what is wrong and what to do; without values that must not be seen
 */
public record Problem(Position position, boolean fatal, String message) {
  /** {@code config.yaml:12:7: what is wrong}. */
  @Override
  public String toString() {
    return position + ": " + (fatal ? "" : "warning: ") + message;
  }
}
