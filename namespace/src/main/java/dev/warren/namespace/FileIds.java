package dev.warren.namespace;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Makes the file ids of one mount unique in the namespace. There are two layouts; the ids of both
 * are positive and never 0:
 *
 * <ul>
 *   <li>below 2^53: 12 bits of the mount's number, 1 to {@value #MAX_SHORT_NUMBER}, then 41 bits of
 *       the file's id. JavaScript programs, npm among them, store inode numbers as floating-point
 *       numbers, and consider two files the same if the rounded numbers are equal.
 *   <li>above 2^53, if the mount number or the file id does not fit in the first layout: the
 *       mount's number plus 32, up to 2^15-1, then 48 bits of the file's id.
 * </ul>
 *
 * <p>A plugin's id below 2^47 is used unchanged. A greater or negative one (NFS servers, overlayfs,
 * hashes of names) becomes 2^47 plus 47 bits of its hash, which is the same after a restart. The
 * resulting ids are remembered, and a second id with the same hash gets the next value. After
 * {@value #REMEMBERED} ids no more are remembered, to limit memory; two such files then appear to
 * be the same with a probability of 2^-47 per pair.
 */
final class FileIds {
  /** The greatest number of bits of a file id in the short layout, below 2^53. */
  static final int SHORT_ID_BITS = 41;

  /** The greatest mount number in the short layout. */
  static final int MAX_SHORT_NUMBER = (1 << (53 - SHORT_ID_BITS)) - 1;

  private static final int LONG_ID_BITS = 48;

  /** Added to mount numbers in the long layout, so that its ids are above 2^53. */
  private static final int LONG_OFFSET = 1 << (53 - LONG_ID_BITS);

  /** The greatest mount number. */
  static final int MAX_NUMBER = 0x7FFF - LONG_OFFSET;

  static final int REMEMBERED = 1 << 18;

  private static final long FOLDED = 1L << (LONG_ID_BITS - 1);
  private static final long FOLDED_MASK = FOLDED - 1;

  /** The greatest file id in the short layout; -1 if the mount's number does not fit there. */
  private final long maxShortId;

  private final long shortPrefix;
  private final long longPrefix;

  /** Maps each hashed id to the plugin's id. */
  private final ConcurrentMap<Long, Long> remembered = new ConcurrentHashMap<>();

  FileIds(int mountNumber) {
    maxShortId = mountNumber <= MAX_SHORT_NUMBER ? (1L << SHORT_ID_BITS) - 1 : -1;
    shortPrefix = (long) mountNumber << SHORT_ID_BITS;
    longPrefix = (long) (mountNumber + LONG_OFFSET) << LONG_ID_BITS;
  }

  /** Returns the id that clients see for a plugin's id. */
  long visible(long id) {
    if (id >= 0 && id <= maxShortId) {
      return shortPrefix | id;
    }
    return longPrefix | (id >= 0 && id < FOLDED ? id : FOLDED | fold(id));
  }

  /** The number of the mount to which a file with this id belongs; 0 if no plugin provides it. */
  static int mountNumber(long visible) {
    int number = (int) (visible >>> SHORT_ID_BITS);
    return number <= MAX_SHORT_NUMBER ? number : (int) (visible >>> LONG_ID_BITS) - LONG_OFFSET;
  }

  /** How many ids are remembered. */
  int remembered() {
    return remembered.size();
  }

  private long fold(long id) {
    long folded = hash(id) & FOLDED_MASK;
    while (true) {
      Long owner = remembered.get(folded);
      if (owner == null) {
        if (remembered.size() >= REMEMBERED) {
          return folded;
        }
        owner = remembered.putIfAbsent(folded, id);
      }
      if (owner == null || owner == id) {
        return folded;
      }
      folded = (folded + 1) & FOLDED_MASK;
    }
  }

  /**
   * Mixes the bits so that each output bit depends on each input bit: the finalizer of SplitMix64.
   */
  static long hash(long id) {
    long h = (id ^ (id >>> 30)) * 0xBF58476D1CE4E5B9L;
    h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
    return h ^ (h >>> 31);
  }
}
