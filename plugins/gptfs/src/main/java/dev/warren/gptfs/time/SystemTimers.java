package dev.warren.gptfs.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Real time. One thread waits for all tasks, each of which then runs on a virtual thread. */
public final class SystemTimers implements Timers {
  /**
   * Closes of many small files at once must not become as many threads that copy: tasks beyond this
   * number wait for one another.
   */
  private static final int MAX_RUNNING = 64;

  private final ScheduledThreadPoolExecutor clock;
  private final BoundedTasks tasks;
  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();

  /**
   * Starts the clock.
   *
   * @param name of the threads, for people
   */
  public SystemTimers(String name) {
    clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(name + "-timer").factory());
    clock.setRemoveOnCancelPolicy(true);
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    tasks = new BoundedTasks(name + "-task-", MAX_RUNNING);
  }

  @Override
  public Instant steady() {
    return start.plusNanos(System.nanoTime() - startNanos);
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public Pending schedule(Duration delay, Runnable task) {
    try {
      if (delay.isZero()) {
        AtomicInteger state = new AtomicInteger();
        tasks.run(
            () -> {
              if (state.getAndSet(1) == 0) {
                task.run();
              }
            });
        return () -> state.set(1);
      }
      ScheduledFuture<?> future =
          clock.schedule(() -> tasks.run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {}; // closed: nothing happens any more
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    tasks.close();
  }
}
