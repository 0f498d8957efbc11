package dev.warren.namespace;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the requests in flight in a file system, and refuses new ones when it is to be closed.
 *
 * <p>Threads use different counter cells, to avoid contention between event loops. A thread enters
 * and leaves with the same cell, and increments it before checking the state; so each cell by
 * itself counts the requests of its threads. Once new requests are refused, a cell that was seen at
 * zero remains zero, except for requests that are just being refused.
 */
final class RequestCounter {
  private static final int CELLS = 8;
  // the distance of two cells, in longs: two cache lines, because processors fetch these in pairs
  private static final int SPACING = 16;

  /** The low bits count requests in flight, the others all requests that ever entered. */
  private static final int INSIDE_BITS = 24;

  private static final long ONE = (1L << INSIDE_BITS) + 1;
  private static final long INSIDE = (1L << INSIDE_BITS) - 1;

  private static final int OPEN = 0;
  private static final int DRAINING = 1;
  private static final int SHUT = 2;

  private final AtomicLongArray cells = new AtomicLongArray(CELLS * SPACING);
  private volatile int state = OPEN;

  private static int cell() {
    return ((int) Thread.currentThread().threadId() & (CELLS - 1)) * SPACING;
  }

  /**
   * Admits a request, which must call {@link #leave} at its end; returns false if the request is
   * refused.
   */
  boolean enter() {
    return enter(OPEN);
  }

  /** Admits a request that ends the use of a file, even during draining. */
  boolean enterToClose() {
    return enter(DRAINING);
  }

  private boolean enter(int latest) {
    int cell = cell();
    cells.getAndAdd(cell, ONE);
    if (state <= latest) {
      return true;
    }
    cells.getAndAdd(cell, -ONE);
    signal();
    return false;
  }

  /** Does not count the current request: it would have blocked and is retried elsewhere. */
  void retract() {
    cells.getAndAdd(cell(), -(1L << INSIDE_BITS));
  }

  /** Ends a request. */
  void leave() {
    cells.getAndAdd(cell(), -1);
    if (state != OPEN) {
      signal();
    }
  }

  /** Refuses new requests from now on; returns false if they were refused already. */
  synchronized boolean drain() {
    if (state != OPEN) {
      return false;
    }
    state = DRAINING;
    return true;
  }

  /** Refuses all requests from now on. */
  synchronized void shut() {
    state = SHUT;
  }

  boolean isOpen() {
    return state == OPEN;
  }

  boolean isShut() {
    return state == SHUT;
  }

  private synchronized void signal() {
    notifyAll();
  }

  /** Waits until no request is in flight; returns whether that happened in time. */
  synchronized boolean awaitEmpty(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (inFlight() > 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return true;
  }

  /** How many requests are in flight. */
  long inFlight() {
    long sum = 0;
    for (int i = 0; i < CELLS; i++) {
      sum += cells.get(i * SPACING) & INSIDE;
    }
    return sum;
  }

  /** How many requests were admitted, except retracted ones. */
  long operations() {
    long sum = 0;
    for (int i = 0; i < CELLS; i++) {
      sum += cells.get(i * SPACING) >>> INSIDE_BITS;
    }
    return sum;
  }
}
