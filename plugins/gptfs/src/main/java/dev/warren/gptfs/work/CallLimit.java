package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.store.SharedCalls;
import dev.warren.gptfs.time.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How many calls all hosts together make at a time. Each call takes a place in a queue that is in
 * the database, and begins when it is among the first so many. Thread-safe.
 */
final class CallLimit {
  private static final long AGAIN_MILLIS = 500;

  private final SharedCalls calls;
  private final int most;
  private final Timers timers;
  private final System.Logger log;

  /** Held while a place is taken, so that it is known when places are compared. */
  private final ReentrantLock taking = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** The places of this host, and whether their calls may begin. */
  private final Map<Long, Boolean> places = new HashMap<>();

  private final CountDownLatch ending = new CountDownLatch(1);
  private int waiting;
  private boolean looks;
  private boolean closed;

  /**
   * @param most calls of all hosts
   */
  CallLimit(SharedCalls calls, int most, Timers timers, System.Logger log) {
    this.calls = calls;
    this.most = most;
    this.timers = timers;
    this.log = log;
  }

  /** Calls of this host that may not begin yet. */
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a call may begin.
   *
   * @return its place, for {@link #end}; null if this host ends
   */
  @Nullable Long begin() {
    counted(1);
    try {
      while (true) {
        Long place = enter();
        State state = await(place);
        if (state == State.BEGINS) {
          return place;
        }
        if (state == State.ENDS) {
          if (place != null) {
            end(place);
          }
          return null;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      counted(-1);
    }
  }

  /** What becomes of a call that waits. */
  private enum State {
    BEGINS,
    /** It needs another place. */
    AGAIN,
    /** This host ends. */
    ENDS
  }

  private void counted(int more) {
    lock.lock();
    try {
      waiting += more;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a place; null if that cannot be done for now. */
  private @Nullable Long enter() {
    taking.lock();
    try {
      long place = calls.enter();
      lock.lock();
      try {
        places.put(place, false);
      } finally {
        lock.unlock();
      }
      lookOrLater();
      return place;
    } catch (FsException e) {
      log.log(System.Logger.Level.DEBUG, "a call waits for its place", e);
      return null;
    } finally {
      taking.unlock();
    }
  }

  private State await(@Nullable Long place) throws InterruptedException {
    if (place == null) {
      return ending.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS) ? State.ENDS : State.AGAIN;
    }
    lock.lock();
    try {
      while (!closed && Boolean.FALSE.equals(places.get(place))) {
        changed.await();
      }
      // If it is not there any more, others have taken this host for dead.
      return closed ? State.ENDS : places.containsKey(place) ? State.BEGINS : State.AGAIN;
    } finally {
      lock.unlock();
    }
  }

  /** A call has ended. */
  void end(Long place) {
    lock.lock();
    try {
      places.remove(place);
    } finally {
      lock.unlock();
    }
    try {
      calls.leave(place);
    } catch (FsException e) {
      log.log(System.Logger.Level.DEBUG, "the place of a call is given back later", e);
    }
  }

  /** A call has ended on any host. Called by any thread, and returns at once. */
  void changed() {
    lock.lock();
    try {
      if (looks || waiting == 0) {
        return; // that one has not begun, or there is nobody to tell
      }
      looks = true;
    } finally {
      lock.unlock();
    }
    timers.schedule(Duration.ZERO, this::lookOnce);
  }

  private void lookOnce() {
    lock.lock();
    try {
      looks = false;
    } finally {
      lock.unlock();
    }
    lookOrLater();
  }

  private void lookOrLater() {
    try {
      look();
    } catch (FsException e) {
      log.log(System.Logger.Level.DEBUG, "which calls may begin is looked at again", e);
      timers.schedule(Duration.ofMillis(AGAIN_MILLIS), this::changed);
    }
  }

  private void look() throws FsException {
    Set<Long> first = calls.first(most);
    lock.lock();
    try {
      places.replaceAll((place, begins) -> begins || first.contains(place));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What other hosts have told may not have been heard, or they have taken this one for dead. */
  void refresh() throws FsException {
    Set<Long> known;
    Set<Long> owned;
    taking.lock();
    try {
      lock.lock();
      try {
        known = new HashSet<>(places.keySet());
      } finally {
        lock.unlock();
      }
      owned = calls.retain(known);
    } finally {
      taking.unlock();
    }
    known.removeAll(owned);
    lock.lock();
    try {
      known.forEach(place -> places.remove(place, false)); // who waits takes another place
    } finally {
      lock.unlock();
    }
    look();
  }

  /** No call begins any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      ending.countDown();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
