package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests of contents. */
public final class Digests {
  private static final int PIECE = 64 << 10;

  private Digests() {}

  /** The SHA-256 digest of a content, in lower-case hexadecimal. */
  public static String sha256(byte[] content) {
    return hex(digest(), content);
  }

  /** The SHA-256 digest of a file, in lower-case hexadecimal. Blocking; reads 64 KiB at a time. */
  public static String sha256(OpenFile file) throws FsException {
    MessageDigest digest = digest();
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    for (long at = 0; file.read(piece, at) > 0; piece.clear()) {
      at += piece.flip().remaining();
      digest.update(piece);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A new SHA-256 computation. */
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
