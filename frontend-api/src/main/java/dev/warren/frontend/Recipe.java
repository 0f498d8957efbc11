package dev.warren.frontend;

/**
 * A command with which a user of the host's machine connects to a front end.
 *
 * @param purpose what it does, in a few words
 * @param command the command to paste into a POSIX shell, one line
 */
public record Recipe(String purpose, String command) {
  /** Quotes a word for a POSIX shell if necessary. */
  public static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
