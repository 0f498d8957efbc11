package dev.warren.gptfs.job;

import dev.warren.api.FileAttributes;

/**
 * Identifies the content of the file that was accepted, so that a restart recognizes it. Of a
 * content that is still settling, only the size is known.
 *
 * @param bytes its size
 * @param seconds the file's modification time, in seconds since 1970
 * @param nanos the nanoseconds of the file's modification time
 * @param sha256 in hexadecimal; empty while it is unknown
 */
public record Input(long bytes, long seconds, int nanos, String sha256) {
  /** Nothing accepted yet. */
  public static final Input NONE = new Input(0, 0, 0, "");

  /** A content of this size that is settling. */
  static Input settling(long bytes) {
    return new Input(bytes, 0, 0, "");
  }

  /** Whether the file seems unchanged: same size and modification time. */
  public boolean matches(FileAttributes attributes) {
    return bytes == attributes.size()
        && seconds == attributes.modifySeconds()
        && nanos == attributes.modifyNanos();
  }
}
