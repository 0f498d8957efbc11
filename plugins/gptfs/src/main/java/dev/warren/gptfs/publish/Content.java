package dev.warren.gptfs.publish;

import java.util.List;

/**
 * What a published file holds.
 *
 * @param size in bytes
 * @param pieces one after the other; may be asked for more than once
 */
public record Content(long size, Iterable<byte[]> pieces) {
  /** Some bytes. */
  public static Content of(byte[] bytes) {
    return new Content(bytes.length, List.of(bytes));
  }
}
