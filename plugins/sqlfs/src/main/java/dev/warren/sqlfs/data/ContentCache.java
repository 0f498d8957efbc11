package dev.warren.sqlfs.data;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chunks as they are in the database, those used last, in bounded memory. Each is known by the
 * version that its file had when it was read. Thread-safe.
 */
final class ContentCache {
  /** What a chunk takes beside its bytes. */
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
   * What is known of a content that no open file keeps in mind.
   *
   * @param validFrom the version since which this host alone has changed it
   * @param version the version that it had last
   */
  private record History(long validFrom, long version) {}

  ContentCache(long limit) {
    this.limit = limit;
  }

  /** A chunk that was read when its file had a version, or a later one. */
  synchronized byte @Nullable [] get(long content, long number, long validFrom) {
    Chunk chunk = chunks.get(new Key(content, number));
    return chunk == null || chunk.version < validFrom ? null : chunk.data;
  }

  /** Keeps a chunk, which nobody changes any more. */
  synchronized void put(long content, long number, byte[] data, long version) {
    Chunk old = chunks.put(new Key(content, number), new Chunk(data, version));
    used += data.length + OVERHEAD - (old == null ? 0 : old.data.length + OVERHEAD);
    Iterator<Chunk> eldest = chunks.values().iterator();
    while (used > limit && eldest.hasNext()) {
      used -= eldest.next().data.length + OVERHEAD;
      eldest.remove();
    }
  }

  /** The version from which on chunks of a content are right, if its file has this one now. */
  synchronized long validFrom(long content, long version) {
    History history = histories.get(content);
    return history != null && history.version == version ? history.validFrom : version;
  }

  /** Keeps in mind what an open file knew. */
  synchronized void remember(long content, long validFrom, long version) {
    histories.put(content, new History(validFrom, version));
    if (histories.size() > MOST_HISTORIES) {
      histories.remove(histories.keySet().iterator().next());
    }
  }
}
