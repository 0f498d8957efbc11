package dev.warren.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * Reads a file that another process may be writing: an editor that truncates it first, or an
 * unfinished copy. A recently modified file is read repeatedly, {@link #MOMENT} apart, until two
 * reads agree.
 */
final class SteadyFile {
  /** A file modified within this time counts as recently modified. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  /** The pause between two reads. */
  static final Duration MOMENT = Duration.ofMillis(100);

  private static final int MOST_READS = 20;

  /** Waits for the pause between two reads. */
  @FunctionalInterface
  interface Pause {
    void run() throws InterruptedException;
  }

  private SteadyFile() {}

  /**
   * Returns the content.
   *
   * @param most the largest accepted size, in bytes
   * @throws IOException also if the file is larger, or keeps changing
   */
  static byte[] read(Path file, int most, Pause pause) throws IOException {
    byte[] content = once(file, most);
    for (int reads = 1; isFresh(file); reads++) {
      if (reads == MOST_READS) {
        throw new IOException("it is being written; try again when that is done");
      }
      try {
        pause.run();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
      byte[] again = once(file, most);
      if (Arrays.equals(content, again)) {
        return again;
      }
      content = again;
    }
    return content;
  }

  private static boolean isFresh(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false; // a pipe can be read only once
    }
    Instant modified = Files.getLastModifiedTime(file).toInstant();
    return modified.plus(FRESH).isAfter(Instant.now());
  }

  private static byte[] once(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new IOException("it has more than %d MiB".formatted(most >> 20));
      }
      return bytes;
    }
  }
}
