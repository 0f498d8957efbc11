package dev.warren.api.frontend;

/**
 * A command that reaches a front end from the host's own machine.
 *
 * @param purpose what it does, in a few words
 * @param command the command as it is pasted into a POSIX shell, one line
 */
public record Recipe(String purpose, String command) {}
