package dev.warren.gptfs.answer;

/** What a complete response of an endpoint holds. */
public sealed interface Reading permits Answer, NoAnswer, Pending {}
