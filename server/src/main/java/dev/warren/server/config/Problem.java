package dev.warren.server.config;

/**
 * An error or a warning about the configuration.
 *
 * @param position where in the file
 * @param fatal whether the configuration cannot be used; otherwise it is a warning
 * @param message what is wrong and what to do, without values that must not be shown
 */
public record Problem(Position position, boolean fatal, String message) {
  /** {@code config.yaml:12:7: what is wrong}. */
  @Override
  public String toString() {
    return position + ": " + (fatal ? "" : "warning: ") + message;
  }
}
