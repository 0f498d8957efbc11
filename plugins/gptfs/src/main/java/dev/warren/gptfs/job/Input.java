package dev.warren.gptfs.job;

import dev.warren.api.FileAttributes;

/**
 * Which content of the file was accepted, so that a restart knows it again.
 *
 * @param bytes its size
 * @param seconds of the file's time of change
 * @param nanos of the file's time of change
 * @param sha256 in hexadecimal; empty while it is unknown
 */
public record Input(long bytes, long seconds, int nanos, String sha256) {
  /** Nothing accepted yet. */
  public static final Input NONE = new Input(0, 0, 0, "");

  /** Whether the file looks as it did: same size, same time. */
  public boolean matches(FileAttributes attributes) {
    return bytes == attributes.size()
        && seconds == attributes.modifySeconds()
        && nanos == attributes.modifyNanos();
  }
}
