package dev.warren.sqlfs.data;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The chunks of one open file that are not in the database yet. Not thread-safe. */
final class DirtyChunks {
  private static final int SMALLEST = 512;

  private final int chunkSize;
  private final WriteBudget budget;
  private final NavigableMap<Long, byte[]> chunks = new TreeMap<>();
  private long bytes;

  DirtyChunks(int chunkSize, WriteBudget budget) {
    this.chunkSize = chunkSize;
    this.budget = budget;
  }

  byte @Nullable [] get(long number) {
    return chunks.get(number);
  }

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  long bytes() {
    return bytes;
  }

  /** The array for writing to a chunk up to {@code end}; it begins as a copy of what is stored. */
  byte[] place(long number, int end, byte[] stored) {
    byte[] known = chunks.get(number);
    byte[] old = known == null ? stored : known;
    if (known != null && known.length >= end) {
      return known;
    }
    int length = Math.max(end, old.length);
    int room =
        known == null && length == old.length
            ? length
            : Math.clamp(Integer.highestOneBit(length - 1) * 2L, SMALLEST, chunkSize);
    byte[] larger = Arrays.copyOf(old, Math.max(length, room));
    chunks.put(number, larger);
    count(larger.length - (known == null ? 0 : known.length));
    return larger;
  }

  /** The chunks to store in a file of a size, without the bytes beyond it. */
  NavigableMap<Long, byte[]> trimmed(long size) {
    NavigableMap<Long, byte[]> trimmed = new TreeMap<>();
    chunks.forEach(
        (number, data) -> {
          long length = Math.min(data.length, size - number * chunkSize);
          if (length > 0) {
            trimmed.put(number, length == data.length ? data : Arrays.copyOf(data, (int) length));
          }
        });
    return trimmed;
  }

  void clear() {
    chunks.clear();
    count(-bytes);
  }

  private void count(long more) {
    bytes += more;
    if (more > 0) {
      budget.take(more);
    } else {
      budget.give(-more);
    }
  }
}
