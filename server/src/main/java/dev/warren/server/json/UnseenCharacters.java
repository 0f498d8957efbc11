package dev.warren.server.json;

/**
 * Characters that are not seen but have an effect: they move a terminal's cursor, change its
 * colours, or change the direction of its text, so that a line looks like another one.
 */
public final class UnseenCharacters {
  private UnseenCharacters() {}

  /** Whether this is one of them, or half of a character. */
  public static boolean contains(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  /** Appends a character as JSON escapes it: beyond the first 65,536, as two halves. */
  public static void escape(int codePoint, StringBuilder out) {
    for (char half : Character.toChars(codePoint)) {
      out.append("\\u%04x".formatted((int) half));
    }
  }
}
