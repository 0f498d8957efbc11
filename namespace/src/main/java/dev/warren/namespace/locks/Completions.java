package dev.warren.namespace.locks;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Completes futures one after the other: what continues on one may unlock and so grant the next,
 * which must not grow the stack. Each thread completes what it made way for, so that none waits for
 * what another one's continuations do.
 */
final class Completions {
  private static final ThreadLocal<@Nullable Deque<LockFuture>> running = new ThreadLocal<>();

  private Completions() {}

  /** Completes these, now or when this thread is done with the one that it completes. */
  static void run(Collection<LockFuture> granted) {
    if (granted.isEmpty()) {
      return;
    }
    Deque<LockFuture> others = running.get();
    if (others != null) {
      others.addAll(granted);
      return;
    }
    Deque<LockFuture> mine = new ArrayDeque<>(granted);
    running.set(mine);
    try {
      while (!mine.isEmpty()) {
        mine.remove().granted();
      }
    } finally {
      running.remove();
    }
  }
}
