package dev.warren.gptfs.publish;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The content of a file that is published.
 *
 * @param size the size, in bytes
 * @param pieces the pieces in order; may be iterated more than once
 */
public record Content(long size, Iterable<byte[]> pieces) {
  /** The whole content, in memory. */
  ByteBuffer joined() {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size));
    pieces.forEach(all::put);
    return all.flip();
  }

  /** A content of one piece. */
  public static Content of(byte[] bytes) {
    return new Content(bytes.length, List.of(bytes));
  }
}
