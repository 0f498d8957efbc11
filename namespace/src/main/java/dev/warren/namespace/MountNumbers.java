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

/**
 * Numbers mounts and synthetic directories. A number comes from a hash of the path, the next free
 * one where it is taken: the same configuration gets the same numbers at each start. A mount's
 * number is not given to another mount while the host lives, since clients remember file ids; after
 * {@value FileIds#MAX_NUMBER} mounts the one that has been out of use for longest comes again.
 */
final class MountNumbers {
  private final BitSet used = new BitSet(FileIds.MAX_NUMBER + 1);
  private final Deque<Integer> free = new ArrayDeque<>();
  private final Map<VfsPath, Long> synthetic = new HashMap<>();
  private final Map<Long, VfsPath> syntheticById = new HashMap<>();

  /** A number for a new mount, 1 to {@link FileIds#MAX_NUMBER}. */
  synchronized int next(VfsPath path) throws FsException {
    if (used.cardinality() == FileIds.MAX_NUMBER) {
      if (free.isEmpty()) {
        throw new FsException(Errno.ENOSPC, "there are " + FileIds.MAX_NUMBER + " mounts");
      }
      return free.remove();
    }
    int number = (int) Math.floorMod(hash(path), (long) FileIds.MAX_NUMBER) + 1;
    int found = used.nextClearBit(number);
    if (found > FileIds.MAX_NUMBER) {
      found = used.nextClearBit(1);
    }
    used.set(found);
    return found;
  }

  /** The mount is gone. */
  synchronized void release(int number) {
    free.add(number);
  }

  /** The id of a synthetic directory: mount number 0, never 0. */
  synchronized long syntheticId(VfsPath path) {
    return synthetic.computeIfAbsent(
        path,
        p -> {
          long id = hash(p) & ((1L << 48) - 1);
          while (id == 0 || syntheticById.putIfAbsent(id, p) != null) {
            id = (id + 1) & ((1L << 48) - 1);
          }
          return id;
        });
  }

  private static long hash(VfsPath path) {
    long hash = 0;
    for (byte b : path.toString().getBytes(StandardCharsets.UTF_8)) {
      hash = FileIds.hash(hash * 31 + (b & 0xFF) + 1);
    }
    return hash;
  }
}
