package dev.warren.gptfs;

import dev.warren.gptfs.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** A clock that a test moves. Tasks run on the thread that moves it. */
final class ManualTimers implements Timers {
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private Instant now = Instant.parse("2026-11-23T10:00:00Z");
  private Duration set = Duration.ZERO;
  private long count;

  private record Task(Instant due, long number, Runnable action) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int order = due.compareTo(other.due);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  @Override
  public synchronized Instant instant() {
    return now.plus(set);
  }

  @Override
  public synchronized Instant steady() {
    return now;
  }

  /** Sets the wall clock, as an administrator could. */
  synchronized void set(Duration by) {
    set = set.plus(by);
  }

  @Override
  public synchronized Pending schedule(Duration delay, Runnable action) {
    Task task = new Task(now.plus(delay), count++, action);
    tasks.add(task);
    return () -> withdraw(task);
  }

  private synchronized void withdraw(Task task) {
    tasks.remove(task);
  }

  /** The number of tasks that have not run yet. */
  synchronized int pending() {
    return tasks.size();
  }

  /** When the next task is due; null if there is none. */
  synchronized Duration next() {
    Task next = tasks.peek();
    return next == null ? null : Duration.between(now, next.due());
  }

  /** Runs the tasks that are due now. */
  void run() {
    advance(Duration.ZERO);
  }

  /** Moves the clock, and runs each task that becomes due, at its time. */
  void advance(Duration by) {
    Instant end = steady().plus(by);
    while (true) {
      Task task;
      synchronized (this) {
        task = tasks.peek();
        if (task == null || task.due().isAfter(end)) {
          now = end;
          return;
        }
        tasks.remove();
        if (task.due().isAfter(now)) {
          now = task.due();
        }
      }
      task.action().run();
    }
  }

  @Override
  public synchronized void close() {
    tasks.clear();
  }
}
