package dev.warren.api.synthetic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * What a file does with written bytes.
 *
 * @param lines receives each complete line once it is written; null if lines are not handled one by
 *     one
 * @param lineUse the purpose of passing a line to {@code lines}
 * @param action receives all bytes at the end
 * @param maxBytes how many bytes a client may write
 */
record WriteSide(@Nullable Sink<byte[]> lines, LineUse lineUse, Sink<byte[]> action, int maxBytes) {
  /** The purpose of passing a line to its sink. */
  enum LineUse {
    /** To check it; repeated if the line is changed. */
    CHECK,
    /** To execute it, once. */
    COMMAND
  }

  WriteSide {
    requireBound(maxBytes);
  }

  static void requireBound(int maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("at most " + maxBytes + " bytes");
    }
  }

  static WriteSide whole(Sink<byte[]> action, int maxBytes) {
    return new WriteSide(null, LineUse.CHECK, action, maxBytes);
  }

  static WriteSide lines(@Nullable Sink<String> check, Sink<String> action, int maxBytes) {
    return new WriteSide(
        check == null ? null : lines -> each(lines, check),
        LineUse.CHECK,
        lines -> each(lines, action),
        maxBytes);
  }

  static WriteSide commandsAtWrite(Sink<String> action, int maxBytes) {
    return new WriteSide(lines -> each(lines, action), LineUse.COMMAND, all -> {}, maxBytes);
  }

  WriteSide withMaxBytes(int bytes) {
    return new WriteSide(lines, lineUse, action, bytes);
  }

  private static void each(byte[] lines, Sink<String> sink) throws FsException {
    for (String line : decode(lines).lines().toList()) {
      if (!line.isBlank()) {
        PluginCalls.accept(sink, line);
      }
    }
  }

  private static String decode(byte[] bytes) throws FsException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new FsException(Errno.EILSEQ, "not UTF-8", e);
    }
  }
}
