package dev.warren.gptfs.job;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * Ids of jobs: 26 characters that sort by the time of creation.
 *
 * @see <a href="https://github.com/ulid/spec">ULID</a>
 */
public final class JobId {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final SecureRandom RANDOM = new SecureRandom();

  private JobId() {}

  /** A new id. */
  public static String create(Instant now) {
    StringBuilder id = new StringBuilder(26);
    long millis = now.toEpochMilli();
    for (int shift = 45; shift >= 0; shift -= 5) {
      id.append(ALPHABET.charAt((int) (millis >>> shift) & 31));
    }
    for (int i = 0; i < 16; i++) {
      id.append(ALPHABET.charAt(RANDOM.nextInt(32)));
    }
    return id.toString();
  }
}
