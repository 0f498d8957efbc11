package dev.warren.sqlfs.history;

import java.nio.ByteBuffer;

/**
 * A content that a reader can distinguish from others: its number, repeated up to its length.
 *
 * @param number the number of the content
 * @param length in bytes; less than {@link #lengthOf} if only the beginning was read
 */
record FileContent(int number, int length) {
  /** A length above what a file system reads in one step with the chunks of these tests. */
  static final int MOST_BYTES = 100_000;

  /** The length of a whole content: between the length of one number and that of many chunks. */
  static int lengthOf(int number) {
    int spread = Math.floorMod(number * 0x9e3779b1, MOST_BYTES / Long.BYTES);
    return Long.BYTES * (1 + (number % 3 == 0 ? spread % 600 : spread));
  }

  static ByteBuffer bytes(int number) {
    ByteBuffer bytes = ByteBuffer.allocate(lengthOf(number));
    while (bytes.hasRemaining()) {
      bytes.putLong(number);
    }
    return bytes.flip();
  }

  boolean isWhole() {
    return length == lengthOf(number);
  }

  /**
   * What was read.
   *
   * @throws IllegalArgumentException if the bytes are not the beginning of one content
   */
  static FileContent read(ByteBuffer bytes) {
    int length = bytes.remaining();
    if (length < Long.BYTES) {
      if (length > 0) {
        throw new IllegalArgumentException("%d bytes".formatted(length));
      }
      return new FileContent(0, 0);
    }
    long first = bytes.getLong(bytes.position());
    while (bytes.remaining() >= Long.BYTES) {
      long next = bytes.getLong();
      if (next != first) {
        throw new IllegalArgumentException(
            "%d bytes, which begin with content %d, but have content %d after %d bytes"
                .formatted(length, first, next, length - bytes.remaining() - Long.BYTES));
      }
    }
    if (bytes.hasRemaining()) {
      throw new IllegalArgumentException(
          "%d bytes of content %d, and a part".formatted(length, first));
    }
    return new FileContent((int) first, length);
  }
}
