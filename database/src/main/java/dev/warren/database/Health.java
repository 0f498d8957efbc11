package dev.warren.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether a database can be used. It is down when it does not answer; when it does, but gives no
 * more connections, it is up and there is trouble all the same. Thread-safe.
 */
final class Health {
  private static final String NO_ANSWER = "08001";

  /** What is known of a database. */
  enum State {
    /** Nobody has reached it yet, and nobody has failed. */
    UNKNOWN,
    /** It answers. */
    UP,
    /** It does not. */
    DOWN,
    /** Nobody uses it any more. */
    CLOSED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Consumer<@Nullable String>> watchers = new ArrayList<>();
  private State state = State.UNKNOWN;
  private long since = System.nanoTime();
  private @Nullable String downBecause;
  private @Nullable String refusedBecause;
  private @Nullable String told;

  /** It answers; whether that is news. */
  boolean up() {
    return become(State.UP, null);
  }

  /** It does not; whether that is news. */
  boolean down(String reason) {
    return become(State.DOWN, reason);
  }

  /** Nobody is to wait any more. */
  void close() {
    boolean _ = become(State.CLOSED, "the database is closed");
  }

  private boolean become(State next, @Nullable String reason) {
    lock.lock();
    try {
      boolean news = state != next && state != State.CLOSED;
      if (news) {
        state = next;
        since = System.nanoTime();
      }
      if (state == next) {
        downBecause = reason;
      }
      changed.signalAll();
      tell();
      return news;
    } finally {
      lock.unlock();
    }
  }

  /** It gives no connection, for a reason; null says that it does again. */
  void refused(@Nullable String reason) {
    lock.lock();
    try {
      refusedBecause = reason;
      tell();
    } finally {
      lock.unlock();
    }
  }

  private void tell() {
    String now = trouble();
    if (!Objects.equals(now, told) && state != State.CLOSED) {
      told = now;
      watchers.forEach(watcher -> watcher.accept(now));
    }
  }

  /** Why it cannot be used; null if it can, or if nobody knows. */
  @Nullable String trouble() {
    lock.lock();
    try {
      return state == State.UP || state == State.UNKNOWN ? refusedBecause : downBecause;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has somebody told of each change, and of how it is now. It is called by any thread, with a lock
   * held, and has to return at once.
   *
   * @return what ends that
   */
  Runnable watch(Consumer<@Nullable String> watcher) {
    lock.lock();
    try {
      watchers.add(watcher);
      watcher.accept(trouble());
      return () -> {
        lock.lock();
        try {
          watchers.remove(watcher);
        } finally {
          lock.unlock();
        }
      };
    } finally {
      lock.unlock();
    }
  }

  /** Whether it does not answer. */
  boolean isDown() {
    lock.lock();
    try {
      return state == State.DOWN;
    } finally {
      lock.unlock();
    }
  }

  /** Whether somebody has reached it, or has failed. */
  boolean isKnown() {
    lock.lock();
    try {
      return state != State.UNKNOWN;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until anything is known; whether it is. */
  boolean awaitKnown(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (state == State.UNKNOWN && left > 0) {
        left = changed.awaitNanos(left);
      }
      return state != State.UNKNOWN;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it is up, for as long as that takes. */
  void awaitUp() throws SQLException {
    awaitUp(Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * Waits until it is up: those who come early in an outage wait for what may be a restart, those
   * who come later are told at once.
   *
   * @param patience how long after it has gone anybody waits
   */
  void awaitUp(Duration patience) throws SQLException {
    lock.lock();
    try {
      while (state != State.UP) {
        long left = patience.toNanos() - (System.nanoTime() - since);
        if (state == State.CLOSED || left <= 0) {
          throw new SQLTransientConnectionException(
              downBecause == null ? "it has not answered yet" : downBecause, NO_ANSWER);
        }
        boolean _ = changed.await(left, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException("interrupted", NO_ANSWER, e);
    } finally {
      lock.unlock();
    }
  }
}
