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
 * Limits how long a request to one mount may delay requests for others: listing the directory that
 * contains its mount point, or reaching a mount below it. Thread-safe.
 */
final class WaitLimit {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final ScheduledThreadPoolExecutor timer;

  /** Creates a timer whose thread starts on demand and ends when idle. */
  WaitLimit() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("namespace-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /** A request to a file system. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws FsException;
  }

  /**
   * Performs the request on this thread.
   *
   * @return null if it did not complete in time
   * @throws FsException the error of the request; EINTR if the client gave up
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
      throw new IllegalStateException("a query throws nothing else", e);
    } finally {
      alarm.cancel(false);
    }
  }
}
