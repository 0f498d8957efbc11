package dev.warren.gptfs.answer;

/**
 * A whole reply without an answer.
 *
 * @param kind one word for programs
 * @param reason for people
 * @param retry whether another call may bring an answer
 */
public record NoAnswer(String kind, String reason, boolean retry) implements Reading {}
