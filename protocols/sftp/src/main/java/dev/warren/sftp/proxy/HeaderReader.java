package dev.warren.sftp.proxy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads one PROXY header, of version 1 (text) or 2 (binary), byte by byte, so that it consumes no
 * byte after the header. Its memory is limited: a header fails as soon as its length field is too
 * large.
 *
 * @see <a href="https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
public final class HeaderReader {
  /** Enough for all headers without many extensions. */
  private static final int USUAL_LENGTH = 128;

  private byte[] bytes = new byte[USUAL_LENGTH];
  private int length;

  /** Creates a reader of one header. */
  public HeaderReader() {}

  /** The kind of the first bytes of a connection. */
  public enum Beginning {
    /** The bytes do not begin a header. */
    NONE,
    /** The result while there are too few bytes to decide. */
    PERHAPS,
    /** The bytes begin a header. */
    HEADER
  }

  /** Classifies the first bytes of a connection. */
  public static Beginning beginning(byte[] bytes, int from, int length) {
    for (byte[] start : List.of(BinaryHeader.SIGNATURE, TextHeader.START)) {
      int known = Math.min(length, start.length);
      if (Arrays.equals(bytes, from, from + known, start, 0, known)) {
        return known == start.length ? Beginning.HEADER : Beginning.PERHAPS;
      }
    }
    return Beginning.NONE;
  }

  /**
   * Adds a byte.
   *
   * @return the header, if this was its last byte
   * @throws BadHeaderException if the bytes cannot become a header that may be accepted; the reader
   *     must not be used any more
   */
  public Optional<ProxyHeader> add(byte next) throws BadHeaderException {
    bytes[length++] = next;
    if (bytes[0] == TextHeader.FIRST_BYTE) {
      return TextHeader.isComplete(bytes, length)
          ? Optional.of(TextHeader.decode(bytes, length))
          : Optional.empty();
    }
    int whole = BinaryHeader.wholeLength(bytes, length);
    if (whole > bytes.length) {
      bytes = Arrays.copyOf(bytes, whole);
    }
    return whole == length ? Optional.of(BinaryHeader.decode(bytes, length)) : Optional.empty();
  }
}
