package dev.warren.gptfs.answer;

/** What a whole reply of an endpoint brought. */
public sealed interface Reading permits Answer, NoAnswer, Pending {}
