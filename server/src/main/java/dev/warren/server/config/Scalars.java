package dev.warren.server.config;

import java.util.regex.Pattern;

/** Interprets unquoted values by the core schema of YAML 1.2, with decimal numbers only. */
final class Scalars {
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");

  private Scalars() {}

  /** Returns a Boolean, a Long, a Double or the text itself. */
  static Object of(String text) {
    return switch (text) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> number(text);
    };
  }

  private static Object number(String text) {
    if (INTEGER.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    return DECIMAL.matcher(text).matches() ? (Object) Double.parseDouble(text) : text;
  }
}
