package dev.warren.gptfs.store;

import java.util.zip.CRC32C;

/** Detects flipped bits in stored values, for which databases do not check. */
final class Checksum {
  private Checksum() {}

  static long of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return crc.getValue();
  }
}
