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
 * @param check sees each complete line once it is written; null if nothing is to be checked
 * @param action sees everything at the end
 * @param maxBytes how much a client may write
 */
record WriteSide(@Nullable Sink<byte[]> check, Sink<byte[]> action, int maxBytes) {
  WriteSide {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("at most " + maxBytes + " bytes");
    }
  }

  static WriteSide whole(Sink<byte[]> action, int maxBytes) {
    return new WriteSide(null, action, maxBytes);
  }

  static WriteSide lines(@Nullable Sink<String> check, Sink<String> action, int maxBytes) {
    return new WriteSide(
        check == null ? null : lines -> each(lines, check), lines -> each(lines, action), maxBytes);
  }

  WriteSide withMaxBytes(int bytes) {
    return new WriteSide(check, action, bytes);
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
