package dev.warren.gptfs.request;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Converts contents of files to UTF-8, whatever encoding programs wrote: {@code >} of Windows
 * PowerShell writes UTF-16, editors put a byte order mark first.
 */
public final class Texts {
  private enum Mark {
    // The longer ones first: the UTF-32LE mark begins with the UTF-16LE mark.
    UTF_32_LITTLE(Charset.forName("UTF-32LE"), "\u00FF\u00FE\0\0"),
    UTF_32_BIG(Charset.forName("UTF-32BE"), "\0\0\u00FE\u00FF"),
    UTF_16_LITTLE(StandardCharsets.UTF_16LE, "\u00FF\u00FE"),
    UTF_16_BIG(StandardCharsets.UTF_16BE, "\u00FE\u00FF"),
    UTF_8(StandardCharsets.UTF_8, "\u00EF\u00BB\u00BF");

    private final Charset charset;
    private final String bytes;

    Mark(Charset charset, String bytes) {
      this.charset = charset;
      this.bytes = bytes;
    }

    private boolean begins(byte[] content) {
      for (int i = 0; i < bytes.length(); i++) {
        if (i == content.length || (content[i] & 0xFF) != bytes.charAt(i)) {
          return false;
        }
      }
      return true;
    }
  }

  private Texts() {}

  /**
   * A content in UTF-8 without a byte order mark; the same array if no conversion is necessary.
   *
   * @throws BadRequestException if it is not text in an encoding that can be recognized
   */
  public static byte[] utf8(byte[] content) throws BadRequestException {
    for (Mark mark : Mark.values()) {
      if (mark.begins(content)) {
        byte[] rest = Arrays.copyOfRange(content, mark.bytes.length(), content.length);
        String text = decoded(rest, mark.charset);
        return mark == Mark.UTF_8 ? rest : text.getBytes(StandardCharsets.UTF_8);
      }
    }
    decoded(content, StandardCharsets.UTF_8);
    for (byte b : content) {
      if (b == 0) {
        throw new BadRequestException(
            "invalid_request",
            "the file holds NUL bytes: it is not text, or it is UTF-16 without a byte order mark;"
                + " write it as UTF-8");
      }
    }
    return content;
  }

  private static String decoded(byte[] content, Charset charset) throws BadRequestException {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new BadRequestException(
          "invalid_request", "the file is not " + charset.name() + " text; write it as UTF-8");
    }
  }
}
