package dev.warren.gptfs.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The text that clients find at the root, and the host prints. */
public final class Readme {
  private Readme() {}

  /** The same text for a host on which a stand-in answers. */
  public static String demo() {
    return """
    **This is a demo: no language model answers here, and every answer says so.** The owner of the
    host sets `OPENAI_API_KEY`, or `api_host` and `api_key`, for the real thing.

    """
        + text();
  }

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
