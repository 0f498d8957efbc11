package dev.warren.api.synthetic;

/** Numbers that depend on nothing but what they are for, so that they are the same everywhere. */
final class Ids {
  /**
   * File numbers leave the upper bits to a namespace that tells its mounts apart there, and whose
   * numbers are to stay below 2^53 for programs in JavaScript.
   */
  private static final long MASK = (1L << 40) - 1;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  static final long ROOT = 1;

  private Ids() {}

  /** The number of an entry of a directory: 2 to 2^40-1. */
  static long child(long directory, String name) {
    long hash = FNV_OFFSET ^ directory;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return Math.max(ROOT + 1, mix(hash) & MASK);
  }

  /** A number for bytes, never 0. */
  static long hash(byte[] content) {
    long hash = FNV_OFFSET;
    for (byte b : content) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return Math.max(1, mix(hash) >>> 1);
  }

  /** Lets every bit depend on every other one: the finalizer of MurmurHash3. */
  private static long mix(long hash) {
    long h = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
