package dev.warren.gptfs.work;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Fingerprints of contents. */
public final class Digests {
  private Digests() {}

  /** SHA-256 in hexadecimal. */
  public static String sha256(byte[] content) {
    return hex(digest(), content);
  }

  /** A new SHA-256. */
  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static String hex(MessageDigest digest, byte[] content) {
    return HexFormat.of().formatHex(digest.digest(content));
  }
}
