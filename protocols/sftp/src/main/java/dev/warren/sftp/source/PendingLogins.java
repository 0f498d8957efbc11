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
 * Connections that have not logged in. If there are too many, one is dropped: from the source that
 * has the most, so that a flood hurts only itself, and of that source's connections one with the
 * least progress in its login, chosen at random.
 *
 * <p>Always dropping the oldest would let a flood of new connections end every login that takes
 * longer than the flood needs to replace all connections. Refusing the newest would let a few
 * silent connections keep everyone else out. Thread-safe.
 *
 * @param <C> a connection, equal to itself only
 */
public final class PendingLogins<C> {
  private final int limit;
  private final RandomGenerator random;
  private final ToIntFunction<C> progress;
  private final Map<C, Source> waiting = new LinkedHashMap<>();
  private final Map<Source, Integer> counts = new HashMap<>();

  /**
   * Creates an empty set.
   *
   * @param limit maximum number of connections, at least 1
   * @param progress the progress of a connection's login, as a number that grows; must not block
   */
  public PendingLogins(int limit, RandomGenerator random, ToIntFunction<C> progress) {
    this.limit = limit;
    this.random = random;
    this.progress = progress;
  }

  /**
   * Adds a connection.
   *
   * @return the connection to close because there are too many; it is not counted any more
   */
  public synchronized Optional<C> add(C connection, Source source) {
    waiting.put(connection, source);
    counts.merge(source, 1, Integer::sum);
    return waiting.size() > limit ? dropFor(connection) : Optional.empty();
  }

  /**
   * Drops a connection because a newer one needs resources.
   *
   * @param newest the connection that needs them, which is not dropped itself
   * @return the connection to close, which is not counted any more; empty if there is no other
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

  /**
   * Counts a connection for another source: a proxy has given the address of the client for which
   * it connects. Does nothing if the connection is not in the set.
   */
  public synchronized void move(C connection, Source source) {
    Source before = waiting.replace(connection, source);
    if (before != null) {
      uncount(before);
      counts.merge(source, 1, Integer::sum);
    }
  }

  /** Removes a connection that has logged in or ended; does nothing if it is not in the set. */
  public synchronized void remove(C connection) {
    Source source = waiting.remove(connection);
    if (source != null) {
      uncount(source);
    }
  }

  private void uncount(Source source) {
    counts.computeIfPresent(source, (_, count) -> count > 1 ? count - 1 : null);
  }

  /** All connections. */
  public synchronized Collection<C> all() {
    return List.copyOf(waiting.keySet());
  }

  /** How many connections there are. */
  public synchronized int size() {
    return waiting.size();
  }
}
