package dev.warren.ninep.server;

import dev.warren.frontend.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The connections that have not attached yet, which any stranger can open. One limit applies to all
 * of them together. From half of the limit on, a new connection may cause one to be closed: one
 * chosen at random from the source that has the most. So a source that opens many connections
 * mostly loses its own, and a source with a single connection keeps it, as long as there are fewer
 * sources than the limit.
 *
 * <p>The oldest connection is not chosen, because it may be about to attach, and a source that
 * opens connections fast enough would make all others' connections the oldest. Thread-safe.
 *
 * @see <a href="https://doi.org/10.1109/90.251892">Random early detection</a>, and MaxStartups of
 *     sshd_config(5)
 */
final class UnattachedConnections {
  /** A connection that has not attached. */
  final class Stranger {
    private final Crowd crowd;
    private final Runnable end;

    /** The connection's index among those of its source; -1 once it has left. */
    private int index;

    private Stranger(Crowd crowd, Runnable end) {
      this.crowd = crowd;
      this.end = end;
      this.index = crowd.members.size();
    }

    /** Removes the connection because it has attached or ended. A second call does nothing. */
    void leave() {
      remove(this);
    }
  }

  /** The connections of one source. */
  private static final class Crowd {
    private final Source source;
    private final List<Stranger> members = new ArrayList<>(1);

    Crowd(Source source) {
      this.source = source;
    }
  }

  private final int most;
  private final RandomGenerator random;
  private final Map<Source, Crowd> crowds = new HashMap<>();
  private int count;

  /**
   * @param most limit of the connections, at least 1
   */
  UnattachedConnections(int most, RandomGenerator random) {
    this.most = most;
    this.random = random;
  }

  /**
   * Adds a connection, which may cause one to be closed, perhaps this one.
   *
   * @param end closes the connection; called, without a lock held, if it is the one chosen
   */
  Stranger enter(Source source, Runnable end) {
    Stranger entered;
    Stranger loser;
    synchronized (this) {
      Crowd crowd = crowds.computeIfAbsent(source, Crowd::new);
      entered = new Stranger(crowd, end);
      crowd.members.add(entered);
      count++;
      loser = isOneTooMany() ? chooseLoser(count > most) : null;
      if (loser != null) {
        remove(loser);
      }
    }
    if (loser != null) {
      loser.end.run();
    }
    return entered;
  }

  /** Closes one connection, chosen at random from the source that has the most. */
  void endOne() {
    Stranger loser;
    synchronized (this) {
      loser = chooseLoser(true);
      if (loser != null) {
        remove(loser);
      }
    }
    if (loser != null) {
      loser.end.run();
    }
  }

  /** Random: more likely the more connections there are, and certain above the limit. */
  private boolean isOneTooMany() {
    int free = most / 2;
    return count > most || (count > free && random.nextInt(most - free) < count - free - 1);
  }

  /**
   * A connection of the source that has the most.
   *
   * @param must whether to choose one even if no source has more than one
   */
  private @Nullable Stranger chooseLoser(boolean must) {
    Crowd greatest = null;
    int equals = 0;
    for (Crowd crowd : crowds.values()) {
      int more = greatest == null ? 1 : crowd.members.size() - greatest.members.size();
      equals = more > 0 ? 1 : more == 0 ? equals + 1 : equals;
      if (more > 0 || (more == 0 && random.nextInt(equals) == 0)) {
        greatest = crowd;
      }
    }
    if (greatest == null || (greatest.members.size() == 1 && !must)) {
      return null;
    }
    return greatest.members.get(random.nextInt(greatest.members.size()));
  }

  private synchronized void remove(Stranger stranger) {
    if (stranger.index < 0) {
      return;
    }
    List<Stranger> members = stranger.crowd.members;
    Stranger last = members.removeLast();
    if (last != stranger) {
      members.set(stranger.index, last);
      last.index = stranger.index;
    }
    stranger.index = -1;
    if (members.isEmpty()) {
      crowds.remove(stranger.crowd.source);
    }
    count--;
  }

  /** How many connections there are. */
  synchronized int count() {
    return count;
  }
}
