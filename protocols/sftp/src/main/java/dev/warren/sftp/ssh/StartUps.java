package dev.warren.sftp.ssh;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Connections that have not logged in, in the order in which they came. Thread-safe.
 *
 * @param <C> a connection, equal to itself only
 */
final class StartUps<C> {
  private final int limit;
  private final SequencedSet<C> waiting = new LinkedHashSet<>();

  /** No connections yet, and room for so many. */
  StartUps(int limit) {
    this.limit = limit;
  }

  /**
   * Takes one in.
   *
   * @return those that must go for it, the oldest; they are not counted any more
   */
  synchronized List<C> add(C connection) {
    waiting.add(connection);
    List<C> surplus = new ArrayList<>();
    while (waiting.size() > limit) {
      surplus.add(waiting.removeFirst());
    }
    return surplus;
  }

  /** Forgets one that has logged in or gone; one that is not there is no error. */
  synchronized void remove(C connection) {
    waiting.remove(connection);
  }

  /** How many there are. */
  synchronized int size() {
    return waiting.size();
  }
}
