package dev.warren.sqlfs.cache;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was read not long ago. Nothing is answered that was asked for more than a second ago, nor
 * what this host has changed since. Thread-safe.
 */
final class Remembered<K, V> {
  /** How old an answer may be where another host changes it and no news of that arrive. */
  static final long MOST_NANOS = 1_000_000_000;

  private static final int STRIPES = 256;

  private final int most;
  private final LongSupplier ticks;
  private final Map<K, Answer<V>> answers = new LinkedHashMap<>(16, 0.75f, true);

  /** How many changes there had been when something in a stripe changed last. */
  private final long[] changes = new long[STRIPES];

  private long allChanges;

  private record Answer<V>(V value, long asked) {}

  /** When a question was asked: after how many changes, and at what time. */
  record Question(long changes, long asked) {}

  /**
   * @param most how many answers are kept
   * @param ticks nanoseconds, from anywhere
   */
  Remembered(int most, LongSupplier ticks) {
    this.most = most;
    this.ticks = ticks;
  }

  synchronized @Nullable V get(K key) {
    Answer<V> answer = answers.get(key);
    return answer == null || ticks.getAsLong() - answer.asked >= MOST_NANOS ? null : answer.value;
  }

  /** To be called before the question is asked. */
  synchronized Question ask() {
    return new Question(allChanges, ticks.getAsLong());
  }

  /** Keeps an answer, unless what it is about has changed since the question was asked. */
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
