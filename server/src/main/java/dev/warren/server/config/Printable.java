package dev.warren.server.config;

import dev.warren.server.json.UnseenCharacters;

/**
 * Makes text from a file safe for a terminal or a log: characters that move the cursor, change
 * colours or change the direction of the text are escaped.
 */
public final class Printable {
  /** The longest text that is shown whole, in characters; the host's own messages are shorter. */
  private static final int MOST = 2000;

  private Printable() {}

  /** Whether a text has no characters that need escaping. */
  public static boolean is(String text) {
    return text.codePoints().noneMatch(UnseenCharacters::contains);
  }

  /** Returns the text with escapes, cut in the middle if it is longer than {@link #MOST}. */
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
              if (!UnseenCharacters.contains(c)) {
                shown.appendCodePoint(c);
              } else if (c == '\n' || c == '\t') {
                shown.append(c == '\n' ? "\\n" : "\\t");
              } else {
                UnseenCharacters.escape(c, shown);
              }
            });
    return shown.toString();
  }
}
