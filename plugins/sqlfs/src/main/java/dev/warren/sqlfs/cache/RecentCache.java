package dev.warren.sqlfs.cache;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache. It never returns a value that was read more than a second ago, or before this host's
 * last change of it. Thread-safe.
 */
final class RecentCache<K, V> {
  /** The maximum age of a value: there are no messages about changes by other hosts. */
  static final long MOST_NANOS = 1_000_000_000;

  private static final int STRIPES = 256;

  private final int most;
  private final LongSupplier ticks;
  private final Map<K, Answer<V>> answers = new LinkedHashMap<>(16, 0.75f, true);

  /** For each stripe of the keys: the total number of changes when one of them last changed. */
  private final long[] changes = new long[STRIPES];

  private long allChanges;

  private record Answer<V>(V value, long asked) {}

  /** When a value was read: after how many changes in total, and at what time. */
  record Question(long changes, long asked) {}

  /**
   * @param most the limit of cached values
   * @param ticks nanoseconds from an arbitrary origin, never decreasing
   */
  RecentCache(int most, LongSupplier ticks) {
    this.most = most;
    this.ticks = ticks;
  }

  synchronized @Nullable V get(K key) {
    Answer<V> answer = answers.get(key);
    return answer == null || ticks.getAsLong() - answer.asked >= MOST_NANOS ? null : answer.value;
  }

  /** Must be called before the value is read. */
  synchronized Question ask() {
    return new Question(allChanges, ticks.getAsLong());
  }

  /** Caches a value, unless it may have changed since {@link #ask} was called. */
  synchronized void put(K key, V value, Question question) {
    if (changes[stripe(key)] > question.changes) {
      return;
    }
    answers.put(key, new Answer<>(value, question.asked));
    if (answers.size() > most) {
      answers.remove(answers.keySet().iterator().next());
    }
  }

  synchronized void changed(K key) {
    changes[stripe(key)] = ++allChanges;
    answers.remove(key);
  }

  synchronized void allChanged() {
    Arrays.fill(changes, ++allChanges);
    answers.clear();
  }

  private int stripe(K key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
