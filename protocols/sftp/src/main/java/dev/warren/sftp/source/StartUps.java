package dev.warren.sftp.source;

import dev.warren.frontend.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Connections that have not logged in. When there are too many, the source that has most of them
 * loses one, so that whoever floods floods itself; and of its connections one that has come least
 * far, at random. Always the oldest would let a flood of new ones end every log-in that takes
 * longer than the flood takes to come round, and refusing the newest would let a few silent ones
 * keep everyone else out. Thread-safe.
 *
 * @param <C> a connection, equal to itself only
 */
public final class StartUps<C> {
  private final int limit;
  private final RandomGenerator random;
  private final ToIntFunction<C> progress;
  private final Map<C, Source> waiting = new LinkedHashMap<>();
  private final Map<Source, Integer> counts = new HashMap<>();

  /**
   * No connections yet.
   *
   * @param limit how many there may be, at least 1
   * @param progress how far one has come on its way to log in; must not wait
   */
  public StartUps(int limit, RandomGenerator random, ToIntFunction<C> progress) {
    this.limit = limit;
    this.random = random;
    this.progress = progress;
  }

  /**
   * Takes one in.
   *
   * @return the one that must go for it, which is not counted any more
   */
  public synchronized Optional<C> add(C connection, Source source) {
    waiting.put(connection, source);
    counts.merge(source, 1, Integer::sum);
    return waiting.size() > limit ? dropFor(connection) : Optional.empty();
  }

  /**
   * Makes room where there is none for other reasons.
   *
   * @param newest who needs the room, and does not go itself
   * @return the one that must go, which is not counted any more; empty if there is no other
   */
  public synchronized Optional<C> dropFor(C newest) {
    List<C> others = waiting.keySet().stream().filter(c -> !c.equals(newest)).toList();
    int most = others.stream().mapToInt(this::ofTheSame).max().orElse(0);
    List<C> slowest = new ArrayList<>();
    int least = Integer.MAX_VALUE;
    for (C candidate : others) {
      if (ofTheSame(candidate) == most) {
        int far = progress.applyAsInt(candidate);
        if (far < least) {
          least = far;
          slowest.clear();
        }
        if (far == least) {
          slowest.add(candidate);
        }
      }
    }
    if (slowest.isEmpty()) {
      return Optional.empty();
    }
    C dropped = slowest.get(random.nextInt(slowest.size()));
    remove(dropped);
    return Optional.of(dropped);
  }

  private int ofTheSame(C connection) {
    return counts.getOrDefault(waiting.get(connection), 0);
  }

  /** Forgets one that has logged in or gone; one that is not there is no error. */
  public synchronized void remove(C connection) {
    Source source = waiting.remove(connection);
    if (source != null) {
      counts.computeIfPresent(source, (_, count) -> count > 1 ? count - 1 : null);
    }
  }

  /** Those that are there. */
  public synchronized Collection<C> all() {
    return List.copyOf(waiting.keySet());
  }

  /** How many there are. */
  public synchronized int size() {
    return waiting.size();
  }
}
