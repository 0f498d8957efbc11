package dev.warren.namespace;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Assigns numbers to mounts and synthetic directories. A number is a hash of the path or, if that
 * is in use, the next free number: the same configuration gets the same numbers at each start.
 * Clients remember file ids, so a mount's number is not reused until {@value
 * FileIds#MAX_SHORT_NUMBER} mounts have existed; then the number that was released first is reused.
 * Greater numbers are used only if more mounts than that exist at the same time.
 */
final class MountNumbers {
  private static final long SYNTHETIC_MASK = (1L << FileIds.SHORT_ID_BITS) - 1;

  private final Pool shorter = new Pool(1, FileIds.MAX_SHORT_NUMBER);
  private final Pool longer = new Pool(FileIds.MAX_SHORT_NUMBER + 1, FileIds.MAX_NUMBER);
  private final Map<VfsPath, Long> synthetic = new HashMap<>();
  private final Map<Long, VfsPath> syntheticById = new HashMap<>();

  /** A range of numbers. */
  private static final class Pool {
    private final int first;
    private final int count;
    private final BitSet everUsed = new BitSet();
    private final Deque<Integer> free = new ArrayDeque<>();

    Pool(int first, int last) {
      this.first = first;
      this.count = last - first + 1;
    }

    boolean isEmpty() {
      return everUsed.cardinality() == count && free.isEmpty();
    }

    int take(long hash) {
      if (everUsed.cardinality() == count) {
        return free.remove();
      }
      int index = everUsed.nextClearBit((int) Math.floorMod(hash, (long) count));
      index = index < count ? index : everUsed.nextClearBit(0);
      everUsed.set(index);
      return first + index;
    }
  }

  /** Returns a number for a new mount, 1 to {@link FileIds#MAX_NUMBER}. */
  synchronized int next(VfsPath path) throws FsException {
    Pool pool = shorter.isEmpty() ? longer : shorter;
    if (pool.isEmpty()) {
      throw new FsException(Errno.ENOSPC, "there are " + FileIds.MAX_NUMBER + " mounts");
    }
    return pool.take(hash(path));
  }

  /** Releases the number of a mount that has been unmounted. */
  synchronized void release(int number) {
    (number <= FileIds.MAX_SHORT_NUMBER ? shorter : longer).free.add(number);
  }

  /** Returns the id of a synthetic directory: mount number 0, never 0. */
  synchronized long syntheticId(VfsPath path) {
    return synthetic.computeIfAbsent(
        path,
        p -> {
          long id = hash(p) & SYNTHETIC_MASK;
          while (id == 0 || syntheticById.putIfAbsent(id, p) != null) {
            id = (id + 1) & SYNTHETIC_MASK;
          }
          return id;
        });
  }

  /**
   * Forgets all synthetic directories except these. If a forgotten one returns, its hash is the
   * same.
   */
  synchronized void keepSynthetic(Set<VfsPath> paths) {
    synthetic.keySet().retainAll(paths);
    syntheticById.values().retainAll(paths);
  }

  /** How many synthetic directories are remembered. */
  synchronized int remembered() {
    return synthetic.size();
  }

  private static long hash(VfsPath path) {
    long hash = 0;
    for (byte b : path.toString().getBytes(StandardCharsets.UTF_8)) {
      hash = FileIds.hash(hash * 31 + (b & 0xFF) + 1);
    }
    return hash;
  }
}
