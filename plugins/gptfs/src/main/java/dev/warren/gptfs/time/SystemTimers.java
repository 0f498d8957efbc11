package dev.warren.gptfs.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The system's clock. One thread waits for all delays; the tasks run on virtual threads. */
public final class SystemTimers implements Timers {
  /**
   * The most tasks that run at the same time, so that closing many small files at once does not
   * start as many threads that read them.
   */
  private static final int MAX_RUNNING = 64;

  private final ScheduledThreadPoolExecutor clock;
  private final BoundedTasks tasks;
  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();

  /**
   * Starts the clock.
   *
   * @param name what the names of the threads start with
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
      return () -> {}; // closed: the task is dropped
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    tasks.close();
  }
}
