package dev.warren.server.config;

/**
 * Text of a file as a terminal or a log may have it: what moves the cursor, colours or turns the
 * direction of what follows is written as an escape.
 */
public final class Printable {
  /** More than any message says of its own. */
  private static final int MOST = 2000;

  private Printable() {}

  /** Whether a text has nothing that is to be escaped. */
  public static boolean is(String text) {
    return text.codePoints().noneMatch(Printable::isUnseen);
  }

  /** The text with escapes, and cut in the middle if it is very long. */
  public static String of(String text) {
    String cut =
        text.length() <= MOST
            ? text
            : text.substring(0, MOST / 2) + " \u2026 " + text.substring(text.length() - MOST / 2);
    if (is(cut)) {
      return cut;
    }
    StringBuilder shown = new StringBuilder();
    cut.codePoints()
        .forEach(
            c -> {
              if (isUnseen(c)) {
                shown.append(c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\u%04x".formatted(c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  private static boolean isUnseen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
