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
 * The state of a database. The database is down while connecting to it fails. While it is up, it
 * may still refuse additional connections. In both cases {@link #trouble} returns the reason.
 * Thread-safe.
 */
final class Health {
  private static final String NO_ANSWER = "08001";

  /** What is known about a database. */
  enum State {
    /** No attempt to connect has succeeded or failed yet. */
    UNKNOWN,
    /** The database responds. */
    UP,
    /** Connecting to the database fails. */
    DOWN,
    /** The database's pool is closed. */
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

  /** Notes that the database responds; returns whether that changes the state. */
  boolean up() {
    return become(State.UP, null);
  }

  /** Notes that connecting fails; returns whether that changes the state. */
  boolean down(String reason) {
    return become(State.DOWN, reason);
  }

  /** Notes that the pool is closed, which ends all waits. */
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
      report();
      return news;
    } finally {
      lock.unlock();
    }
  }

  /** Notes why the database refuses additional connections; null once it accepts them again. */
  void refused(@Nullable String reason) {
    lock.lock();
    try {
      refusedBecause = reason;
      report();
    } finally {
      lock.unlock();
    }
  }

  private void report() {
    String now = trouble();
    if (!Objects.equals(now, told) && state != State.CLOSED) {
      told = now;
      watchers.forEach(watcher -> watcher.accept(now));
    }
  }

  /** Why the database cannot be used; null if it can, or if its state is unknown. */
  @Nullable String trouble() {
    lock.lock();
    try {
      return state == State.UP || state == State.UNKNOWN ? refusedBecause : downBecause;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Calls a watcher with {@link #trouble} now and after each change. Any thread may call it, with a
   * lock held, so it must not block.
   *
   * @return ends the calls
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

  boolean isDown() {
    lock.lock();
    try {
      return state == State.DOWN;
    } finally {
      lock.unlock();
    }
  }

  /** Whether an attempt to connect has succeeded or failed yet. */
  boolean isKnown() {
    lock.lock();
    try {
      return state != State.UNKNOWN;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the state is known; returns whether it is. */
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

  /** Waits until the database is up, without a limit. */
  void awaitUp() throws SQLException {
    awaitUp(Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * Waits until the database is up. A caller waits only early in an outage, which may be a restart;
   * later callers fail at once.
   *
   * @param patience how long after the start of an outage callers wait
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
