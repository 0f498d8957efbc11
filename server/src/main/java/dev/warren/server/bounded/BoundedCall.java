package dev.warren.server.bounded;

import dev.warren.api.Reason;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs code that is not the host's own (a plugin's open or close, a front end's drain) on a
 * separate thread and stops waiting for it after a timeout: a call that hangs must not block the
 * host's work or its shutdown. The thread is a platform thread, which needs no carrier thread that
 * other code may have pinned.
 *
 * @param <T> the type of the result
 */
public final class BoundedCall<T> {
  private static final Logger log = LoggerFactory.getLogger(BoundedCall.class);
  private static final int MOST_FRAMES = 5;

  private final String what;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Thread thread;

  /** An action that may fail. */
  @FunctionalInterface
  public interface Action {
    /** Performs the action. */
    void run() throws Exception;
  }

  private BoundedCall(String what, Callable<T> call) {
    this.what = what;
    this.thread = Thread.ofPlatform().daemon().name(what).unstarted(() -> complete(call));
  }

  private void complete(Callable<T> call) {
    try {
      result.complete(call.call());
    } catch (Exception | Error e) { // a plugin may throw anything
      result.completeExceptionally(e);
    }
  }

  /**
   * Starts a call.
   *
   * @param what the call's name in the log: {@code opening gptfs at /agents/gptfs}
   */
  public static <T> BoundedCall<T> start(String what, Callable<T> call) {
    BoundedCall<T> started = new BoundedCall<>(what, call);
    started.thread.start();
    return started;
  }

  /** {@link #start(String, Callable)} for a call without a result. */
  public static BoundedCall<Boolean> begin(String what, Action action) {
    return start(
        what,
        () -> {
          action.run();
          return true;
        });
  }

  /**
   * Runs an action and logs a warning if it fails or takes too long.
   *
   * @param what the action's name in the log: {@code closing gptfs at /agents/gptfs}
   * @return whether the action has ended, successfully or not
   */
  public static boolean run(String what, Duration atMost, Action action)
      throws InterruptedException {
    BoundedCall<Boolean> call = begin(what, action);
    if (!call.awaitEnd(atMost)) {
      call.reportSlow(atMost);
      return false;
    }
    call.reportFailure();
    return true;
  }

  /** Waits for the call to end and returns whether it ended in time. */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    try {
      result.get(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      log.trace("{} failed", what, e);
    } catch (TimeoutException e) {
      return result.isDone();
    }
    return true;
  }

  /** Whether the call has ended, successfully or not. */
  public boolean hasEnded() {
    return result.isDone();
  }

  /** Why the call failed; null if it succeeded or has not ended. */
  public @Nullable Throwable failure() {
    return result.isCompletedExceptionally() ? result.exceptionNow() : null;
  }

  /** The result of a call that has ended successfully. */
  public T result() {
    return result.resultNow();
  }

  /**
   * Registers a listener for the result or the failure. It runs on the call's thread when the call
   * ends, or at once if the call has ended.
   */
  public void whenEnded(BiConsumer<? super @Nullable T, ? super @Nullable Throwable> listener) {
    var _ = result.whenComplete(listener);
  }

  /** Logs that the call takes too long, and where in the code it is. */
  public void reportSlow(Duration atMost) {
    log.warn(
        "{} takes longer than {} s; continuing without it. It is at {}",
        what,
        atMost.toMillis() / 1000.0,
        String.join(" < ", top()));
  }

  /** Logs the failure, if the call failed. */
  public void reportFailure() {
    Throwable failure = failure();
    if (failure != null) {
      log.warn("{} failed: {}", what, Reason.of(failure), Reason.mistake(failure));
    }
  }

  private String[] top() {
    StackTraceElement[] frames = thread.getStackTrace();
    String[] names = new String[Math.min(frames.length, MOST_FRAMES)];
    for (int i = 0; i < names.length; i++) {
      names[i] = frames[i].toString();
    }
    return names;
  }
}
