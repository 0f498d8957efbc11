package dev.warren.gptfs.store;

import java.util.zip.CRC32C;

/** Notices a flipped bit in what is stored, which no database looks for inside a value. */
final class Checksum {
  private Checksum() {}

  static long of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return crc.getValue();
  }
}
