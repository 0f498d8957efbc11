package dev.warren.gptfs.answer;

/**
 * A complete response without an answer.
 *
 * @param kind one word for programs
 * @param reason a message for users
 * @param retry whether another call may return an answer
 */
public record NoAnswer(String kind, String reason, boolean retry) implements Reading {}
