package dev.warren.gptfs.http;

/** Receives a stream's text while it is read, on the call's thread. */
@FunctionalInterface
public interface Progress {
  /** Ignores the text. */
  Progress NONE = text -> {};

  /** The next piece of the answer's text. */
  void text(String text);
}
