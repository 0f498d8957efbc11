package dev.warren.namespace;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the requests that run in a file system, and lets no more in when it is to be closed.
 *
 * <p>Threads count in different cells, so that event loops do not fight for one. A thread comes and
 * goes by the same cell, and comes before it looks whether the gate is open; so each cell by itself
 * tells how many are inside, and once the gate is shut, cells that were seen at zero stay so but
 * for requests that are about to turn away.
 */
final class RequestGate {
  private static final int CELLS = 8;
  private static final int SPACING = 16; // longs: two cache lines, which are fetched in pairs

  /** The low bits count who is inside, the rest how many ever came. */
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

  /** Lets a request in, to be followed by {@link #leave}; false if it must turn away. */
  boolean enter() {
    return enter(OPEN);
  }

  /** Lets in what ends the use of a file, also while others drain. */
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

  /** The request that runs on this thread is none: it leaves undone, and is sent again. */
  void retract() {
    cells.getAndAdd(cell(), -(1L << INSIDE_BITS));
  }

  /** The request has ended. */
  void leave() {
    cells.getAndAdd(cell(), -1);
    if (state != OPEN) {
      signal();
    }
  }

  /** Turns new requests away. False if that was so already. */
  synchronized boolean drain() {
    if (state != OPEN) {
      return false;
    }
    state = DRAINING;
    return true;
  }

  /** Turns everything away. */
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

  /** Waits until nobody is inside; whether that came about in time. */
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

  /** How many requests are inside. */
  long inFlight() {
    long sum = 0;
    for (int i = 0; i < CELLS; i++) {
      sum += cells.get(i * SPACING) & INSIDE;
    }
    return sum;
  }

  /** How many requests were let in, but for those retracted. */
  long operations() {
    long sum = 0;
    for (int i = 0; i < CELLS; i++) {
      sum += cells.get(i * SPACING) >>> INSIDE_BITS;
    }
    return sum;
  }
}
