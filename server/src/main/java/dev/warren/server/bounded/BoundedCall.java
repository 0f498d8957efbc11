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
 * Runs what belongs to others (a plugin's open or close, a front end's drain) on a thread of its
 * own and stops waiting for it after a while: one that hangs must not keep the host from its work,
 * nor from its end. The thread is a platform thread, which needs no carrier that others may hold.
 *
 * @param <T> what it answers
 */
public final class BoundedCall<T> {
  private static final Logger log = LoggerFactory.getLogger(BoundedCall.class);
  private static final int MOST_FRAMES = 5;

  private final String what;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Thread thread;

  /** Something that may fail. */
  @FunctionalInterface
  public interface Action {
    /** Does it. */
    void run() throws Exception;
  }

  private BoundedCall(String what, Callable<T> call) {
    this.what = what;
    this.thread = Thread.ofPlatform().daemon().name(what).unstarted(() -> complete(call));
  }

  private void complete(Callable<T> call) {
    try {
      result.complete(call.call());
    } catch (Exception | Error e) { // of a plugin: anything
      result.completeExceptionally(e);
    }
  }

  /**
   * Starts a call.
   *
   * @param what its name, for the log: {@code opening gptfs at /agents/gptfs}
   */
  public static <T> BoundedCall<T> start(String what, Callable<T> call) {
    BoundedCall<T> started = new BoundedCall<>(what, call);
    started.thread.start();
    return started;
  }

  /** {@link #start(String, Callable)} for a call that answers nothing. */
  public static BoundedCall<Boolean> begin(String what, Action action) {
    return start(
        what,
        () -> {
          action.run();
          return true;
        });
  }

  /**
   * Runs an action and logs if it fails or takes too long.
   *
   * @param what its name, for the log: {@code closing gptfs at /agents/gptfs}
   * @return whether it has ended, well or not
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

  /** Waits for the end; whether it came in time. */
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

  /** Whether it has ended, well or not. */
  public boolean hasEnded() {
    return result.isDone();
  }

  /** Why it failed; null if it did not, or has not ended. */
  public @Nullable Throwable failure() {
    return result.isCompletedExceptionally() ? result.exceptionNow() : null;
  }

  /** What it answered, after it has ended well. */
  public T result() {
    return result.resultNow();
  }

  /** Is told when it ends, on its own thread, or at once if it has: the result or the failure. */
  public void whenEnded(BiConsumer<? super @Nullable T, ? super @Nullable Throwable> listener) {
    var _ = result.whenComplete(listener);
  }

  /** Writes down that it takes too long, and where it is. */
  public void reportSlow(Duration atMost) {
    log.warn(
        "{} takes longer than {} s; going on without it. It is at {}",
        what,
        atMost.toMillis() / 1000.0,
        String.join(" < ", top()));
  }

  /** Writes down that it failed, if it did. */
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
