package dev.warren.sqlfs.data;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cache of chunks as they are in the database: the most recently used, within a memory limit.
 * Each is stored with the version of its file when it was read. Thread-safe.
 */
final class ContentCache {
  /** The memory for a chunk in addition to its bytes. */
  private static final int OVERHEAD = 128;

  private static final int MOST_HISTORIES = 4_096;

  private final long limit;
  private final Map<Key, Chunk> chunks = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Long, History> histories = new LinkedHashMap<>(16, 0.75f, true);
  private long used;

  private record Key(long content, long number) {}

  private static final class Chunk {
    final byte[] data;
    final long version;

    Chunk(byte[] data, long version) {
      this.data = data;
      this.version = version;
    }
  }

  /**
   * Which chunks of a content are valid, while its file is not open.
   *
   * @param validFrom the version since which only this host has changed the content
   * @param version the content's last version
   */
  private record History(long validFrom, long version) {}

  ContentCache(long limit) {
    this.limit = limit;
  }

  /** A chunk that was read at version {@code validFrom} or later; null if none is cached. */
  synchronized byte @Nullable [] get(long content, long number, long validFrom) {
    Chunk chunk = chunks.get(new Key(content, number));
    return chunk == null || chunk.version < validFrom ? null : chunk.data;
  }

  /** Caches a chunk, whose bytes must not change any more. */
  synchronized void put(long content, long number, byte[] data, long version) {
    Chunk old = chunks.put(new Key(content, number), new Chunk(data, version));
    used += data.length + OVERHEAD - (old == null ? 0 : old.data.length + OVERHEAD);
    Iterator<Chunk> eldest = chunks.values().iterator();
    while (used > limit && eldest.hasNext()) {
      used -= eldest.next().data.length + OVERHEAD;
      eldest.remove();
    }
  }

  /** The version from which chunks of a content are valid, if its file now has {@code version}. */
  synchronized long validFrom(long content, long version) {
    History history = histories.get(content);
    return history != null && history.version == version ? history.validFrom : version;
  }

  /** Stores which chunks of a content are valid, when its file is closed. */
  synchronized void remember(long content, long validFrom, long version) {
    histories.put(content, new History(validFrom, version));
    if (histories.size() > MOST_HISTORIES) {
      histories.remove(histories.keySet().iterator().next());
    }
  }
}
