package dev.warren.gptfs.time;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Runs tasks on a limited number of virtual threads; further tasks wait in order without a thread.
 */
final class BoundedTasks implements AutoCloseable {
  private final String name;
  private final int limit;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int running;
  private boolean closed;

  BoundedTasks(String name, int limit) {
    this.name = name;
    this.limit = limit;
  }

  synchronized void run(Runnable task) {
    if (closed) {
      return;
    }
    if (running == limit) {
      waiting.add(task);
      return;
    }
    running++;
    Thread.ofVirtual().name(name).start(() -> work(task));
  }

  private void work(Runnable first) {
    Runnable task = first;
    while (task != null) {
      try {
        task.run();
      } catch (RuntimeException | Error e) { // logged by the handler; the next task runs
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
      task = next();
    }
  }

  private synchronized Runnable next() {
    Runnable task = waiting.poll();
    if (task == null) {
      running--;
    }
    return task;
  }

  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
  }
}
