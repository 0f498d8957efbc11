package dev.warren.api.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A blocking call on a separate thread. */
final class Background<T> {
  private static final long LIMIT_SECONDS = 30;

  private final FutureTask<T> task;
  private final Thread thread;

  private Background(Callable<T> call) {
    task = new FutureTask<>(call);
    thread = Thread.ofPlatform().daemon().start(task);
  }

  /** Starts the call and returns when it waits. */
  static <T> Background<T> waiting(Callable<T> call) {
    Background<T> background = new Background<>(call);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (background.thread.getState() != Thread.State.WAITING) {
      assertThat(background.thread.getState()).isNotEqualTo(Thread.State.TERMINATED);
      assertThat(System.nanoTime()).as("it does not wait").isLessThan(end);
      LockSupport.parkNanos(100_000); // there is no notification when it begins to wait
    }
    return background;
  }

  /** Returns the result of the call. */
  T result() throws Exception {
    return task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns the exception of the call. */
  Throwable failure() throws Exception {
    try {
      throw new AssertionError("no failure but " + result());
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  Thread thread() {
    return thread;
  }
}
