package dev.warren.server.log;

import java.util.Locale;

/** What a line of the log looks like. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** One JSON object a line, for programs. */
  JSON;

  /** As the configuration names it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The format of a name.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static LogFormat of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
