package dev.warren.server.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import org.jspecify.annotations.Nullable;

/** Decodes a file's bytes as UTF-8, or reports where they are not text. */
final class TextFile {
  private TextFile() {}

  /**
   * Returns the text.
   *
   * @return null if the bytes are not text; the problem has then been reported
   */
  static @Nullable String text(String file, byte[] bytes, Problems problems) {
    if (bytes.length >= 2 && isUtf16(bytes[0] & 0xff, bytes[1] & 0xff)) {
      problems.error(new Position(file, 1, 1), "the file is in UTF-16; save it as UTF-8");
      return null;
    }
    CharsetDecoder decoder = UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      problems.error(
          position(file, text),
          "the file is not text in UTF-8: it has byte 0x%02x here; save it as UTF-8"
              .formatted(bytes[in.position()]));
      return null;
    }
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      problems.error(
          position(file, text.substring(0, nul)),
          "here is a NUL character: the file is damaged, or saved as UTF-16 and not as UTF-8");
      return null;
    }
    return text;
  }

  /**
   * Detects UTF-16 by its byte order mark, or because every other byte of ordinary text is zero.
   */
  private static boolean isUtf16(int first, int second) {
    return (first == 0xfe && second == 0xff)
        || (first == 0xff && second == 0xfe)
        || (first == 0) != (second == 0);
  }

  /** The position of a text's end. */
  private static Position position(String file, String before) {
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    return new Position(file, line, column);
  }
}
