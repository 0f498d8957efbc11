package dev.warren.gptfs.http;

/** Hears of a stream as it comes, on the call's thread. */
@FunctionalInterface
public interface Progress {
  /** Listens to nothing. */
  Progress NONE = text -> {};

  /** Some more of the answer's text. */
  void text(String text);
}
