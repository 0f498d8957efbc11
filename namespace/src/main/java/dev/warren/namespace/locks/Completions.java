package dev.warren.namespace.locks;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Completes futures one at a time: a continuation may release a lock and so grant the next request,
 * which must not deepen the stack. Each thread completes the futures that its own release granted,
 * so that no thread waits for the continuations of another one.
 */
final class Completions {
  private static final ThreadLocal<@Nullable Deque<LockFuture>> running = new ThreadLocal<>();

  private Completions() {}

  /**
   * Completes these futures, either now or, if this thread is already completing one, after that
   * one.
   */
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
