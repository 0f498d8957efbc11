package dev.warren.namespace;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how long one mount is waited for where it is about others: to list the directory that they
 * are in, or to get past it. Thread-safe.
 */
final class Patience {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final ScheduledThreadPoolExecutor timer;

  /** Starts a thread when one is needed, which ends when it no longer is. */
  Patience() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("namespace-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /** A question to a file system. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws FsException;
  }

  /**
   * Asks, on this thread.
   *
   * @return null if there was no answer in time
   * @throws FsException of the question; EINTR if the client gave up
   */
  <T> @Nullable T ask(Question<T> question) throws FsException {
    Cancellation client = Cancellation.current();
    Cancellation limited = new Cancellation();
    AtomicBoolean late = new AtomicBoolean();
    Future<?> alarm =
        timer.schedule(
            () -> {
              late.set(true);
              limited.cancel();
            },
            LIMIT.toMillis(),
            TimeUnit.MILLISECONDS);
    try (var _ = client.onCancel(limited::cancel)) {
      return limited.call(question::ask);
    } catch (FsException e) {
      if (e.errno() == Errno.EINTR && late.get() && !client.isCancelled()) {
        return null;
      }
      throw e;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a question throws nothing else", e);
    } finally {
      alarm.cancel(false);
    }
  }
}
