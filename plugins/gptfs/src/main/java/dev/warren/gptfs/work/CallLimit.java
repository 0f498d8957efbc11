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
 * Limits the in-flight calls of all hosts together. Each call takes a number from a queue in the
 * database, and begins when that is among the lowest {@code most} numbers. Thread-safe.
 */
final class CallLimit {
  private static final long AGAIN_MILLIS = 500;

  private final SharedCalls calls;
  private final int most;
  private final Timers timers;
  private final System.Logger log;

  /** Held until a number is in {@link #places}, or {@link #refresh} would delete it. */
  private final ReentrantLock taking = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** The numbers of this host's calls, and whether each call may begin. */
  private final Map<Long, Boolean> places = new HashMap<>();

  private final CountDownLatch ending = new CountDownLatch(1);
  private int waiting;
  private boolean looks;
  private boolean closed;

  /**
   * @param most the largest number of in-flight calls of all hosts
   */
  CallLimit(SharedCalls calls, int most, Timers timers, System.Logger log) {
    this.calls = calls;
    this.most = most;
    this.timers = timers;
    this.log = log;
  }

  /** The number of this host's calls that may not begin yet. */
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Blocks until a call may begin.
   *
   * @return the call's number, for {@link #end}; null if this host shuts down or the thread is
   *     interrupted
   */
  @Nullable Long begin() {
    counted(1);
    Long place = null;
    try {
      while (true) {
        place = enter();
        State state = await(place);
        if (state == State.BEGINS) {
          return place;
        }
        if (state == State.ENDS) {
          return giveUp(place);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return giveUp(place);
    } finally {
      counted(-1);
    }
  }

  private @Nullable Long giveUp(@Nullable Long place) {
    if (place != null) {
      end(place);
    }
    return null;
  }

  /** Whether a call that has waited may begin. */
  private enum State {
    BEGINS,
    /** The call must queue again, with a new number. */
    AGAIN,
    /** This host shuts down. */
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

  /** Takes a number; null if the database fails. */
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
      // If the number is gone, other hosts have considered this host dead.
      return closed ? State.ENDS : places.containsKey(place) ? State.BEGINS : State.AGAIN;
    } finally {
      lock.unlock();
    }
  }

  /** Releases the number of a call that has ended. */
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

  /** Called when a call has ended on any host. Called by any thread; non-blocking. */
  void changed() {
    lock.lock();
    try {
      if (looks || waiting == 0) {
        return; // a check is scheduled already, or no call waits
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

  /** Compares the numbers with the database: notices, or this host's lease, may have been lost. */
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
      known.forEach(place -> places.remove(place, false)); // a waiting call takes a new number
      changed.signalAll();
      if (!places.containsValue(false)) {
        return; // no call waits
      }
    } finally {
      lock.unlock();
    }
    look();
  }

  /** Lets no more calls begin: {@link #begin} returns null. */
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
