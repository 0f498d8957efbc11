package dev.warren.namespace;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Makes the file ids of one mount unique in the namespace: 15 bits of the mount's number, 1 to
 * 32,767, then 48 of the file's. The result is positive, so never 0 and never all ones.
 *
 * <p>A plugin's id below 2^47 is taken as it is. A greater or negative one (NFS servers, overlayfs,
 * hashes of names) becomes 2^47 plus 47 bits of its hash, which is the same after a restart. What
 * was given out is remembered, and a second id with the same hash gets the next value. Past {@value
 * #REMEMBERED} ids nothing more is remembered, so that memory is bounded; that two such files look
 * alike then has a chance of 2^-47 per pair.
 */
final class FileIds {
  /** The greatest mount number. */
  static final int MAX_NUMBER = 0x7FFF;

  static final int REMEMBERED = 1 << 18;

  private static final long FOLDED = 1L << 47;
  private static final long FOLDED_MASK = FOLDED - 1;

  private final long prefix;

  /** From a folded id to the plugin's. */
  private final ConcurrentMap<Long, Long> remembered = new ConcurrentHashMap<>();

  FileIds(int mountNumber) {
    prefix = (long) mountNumber << 48;
  }

  /** What clients see for a plugin's id. */
  long visible(long id) {
    return prefix | (id >= 0 && id < FOLDED ? id : FOLDED | fold(id));
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

  /** Mixes all bits into all others: the finalizer of SplitMix64. */
  static long hash(long id) {
    long h = (id ^ (id >>> 30)) * 0xBF58476D1CE4E5B9L;
    h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
    return h ^ (h >>> 31);
  }
}
