package dev.warren.api.synthetic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * What a file does with what is written.
 *
 * @param lines sees each complete line once it is written; null if nobody wants to
 * @param lineUse what it is for
 * @param action sees everything at the end
 * @param maxBytes how much a client may write
 */
record WriteSide(@Nullable Sink<byte[]> lines, LineUse lineUse, Sink<byte[]> action, int maxBytes) {
  /** What a line is given to its sink for. */
  enum LineUse {
    /** To be looked at: again when it has changed. */
    CHECK,
    /** To be carried out, once. */
    ORDER
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

  static WriteSide orders(Sink<String> order, int maxBytes) {
    return new WriteSide(lines -> each(lines, order), LineUse.ORDER, all -> {}, maxBytes);
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
