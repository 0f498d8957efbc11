package dev.warren.gptfs.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The text that clients find at the root, and the host prints. */
public final class Readme {
  private Readme() {}

  /** Markdown. */
  public static String text() {
    try (InputStream in = Readme.class.getResourceAsStream("README.md")) {
      if (in == null) {
        throw new IllegalStateException("the jar has no README.md");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
