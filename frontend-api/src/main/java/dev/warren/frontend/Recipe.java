package dev.warren.frontend;

/**
 * A command that reaches a front end from the host's own machine.
 *
 * @param purpose what it does, in a few words
 * @param command the command as it is pasted into a POSIX shell, one line
 */
public record Recipe(String purpose, String command) {
  /** A word as a POSIX shell takes it unchanged, quoted where it has to be. */
  public static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
