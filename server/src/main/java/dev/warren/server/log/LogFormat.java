package dev.warren.server.log;

import java.util.Locale;

/** The format of a line of the log. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** One JSON object per line, for programs. */
  JSON;

  /** The format's name in the configuration. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the format with this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static LogFormat of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
