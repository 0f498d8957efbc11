package dev.warren.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/**
 * Converts file names between bytes, which they are on Linux, and strings. Valid UTF-8 is decoded
 * as such; every other byte becomes one char U+DC80 to U+DCFF, so that each name survives the round
 * trip (as in Python's PEP 383, "surrogateescape").
 */
public final class FileNames {
  /** The greatest length of one file name, in bytes: NAME_MAX. */
  public static final int MAX_BYTES = 255;

  private FileNames() {}

  /** Decodes a name. Never fails. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** Decodes the name in a part of an array. Never fails. */
  public static String decode(byte[] bytes, int offset, int length) {
    if (isAscii(bytes, offset, length)) {
      return new String(bytes, offset, length, US_ASCII);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer out = CharBuffer.allocate(length);
    // a new decoder reports malformed input rather than replacing it
    CharsetDecoder decoder = UTF_8.newDecoder();
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (0xDC00 | (in.get() & 0xFF)));
      }
    }
  }

  /**
   * Encodes a name.
   *
   * @throws FsException EILSEQ if the string contains a surrogate that {@link #decode} does not
   *     produce
   */
  public static byte[] encode(String name) throws FsException {
    int length = encodedLength(name);
    if (!hasEscapedByte(name)) {
      return name.getBytes(UTF_8);
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    int start = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isHighSurrogate(c)) {
        i++; // encodedLength has checked that a low surrogate follows
      } else if (isEscapedByte(c)) {
        put(name, start, i, out);
        out.put((byte) c);
        start = i + 1;
      }
    }
    put(name, start, name.length(), out);
    return out.array();
  }

  /**
   * Returns how many bytes {@link #encode} produces for a name.
   *
   * @throws FsException EILSEQ as {@link #encode}
   */
  public static int encodedLength(String name) throws FsException {
    int length = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < 0x80) {
        length += 1;
      } else if (c < 0x800) {
        length += 2;
      } else if (!Character.isSurrogate(c)) {
        length += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < name.length()
          && Character.isLowSurrogate(name.charAt(i + 1))) {
        length += 4;
        i++;
      } else if (isEscapedByte(c)) {
        length += 1;
      } else {
        throw new FsException(Errno.EILSEQ, "not a file name: unpaired surrogate");
      }
    }
    return length;
  }

  private static boolean hasEscapedByte(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (isEscapedByte(name.charAt(i))
          && (i == 0 || !Character.isHighSurrogate(name.charAt(i - 1)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEscapedByte(char c) {
    return c >= 0xDC80 && c <= 0xDCFF;
  }

  private static void put(String name, int start, int end, ByteBuffer out) throws FsException {
    try {
      out.put(UTF_8.newEncoder().encode(CharBuffer.wrap(name, start, end)));
    } catch (CharacterCodingException e) {
      throw new FsException(Errno.EILSEQ, "not a file name", e);
    }
  }

  private static boolean isAscii(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
