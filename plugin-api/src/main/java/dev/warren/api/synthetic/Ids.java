package dev.warren.api.synthetic;

/**
 * File ids and version stamps. They are hashes that depend only on their input, so they are the
 * same on every host.
 */
final class Ids {
  /**
   * The low 40 bits. The namespace uses higher bits to distinguish its mounts; the resulting number
   * must stay below 2^53 for JavaScript programs.
   */
  private static final long MASK = (1L << 40) - 1;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  static final long ROOT = 1;

  private Ids() {}

  /** Returns the file id of an entry of a directory: 2 to 2^40-1. */
  static long child(long directory, String name) {
    long hash = FNV_OFFSET ^ directory;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return Math.max(ROOT + 1, mix(hash) & MASK);
  }

  /** Returns a hash of bytes, never 0. */
  static long hash(byte[] content) {
    long hash = FNV_OFFSET;
    for (byte b : content) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return Math.max(1, mix(hash) >>> 1);
  }

  /**
   * Mixes the bits so that each output bit depends on each input bit: the finalizer of MurmurHash3.
   */
  private static long mix(long hash) {
    long h = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
