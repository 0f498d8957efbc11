package dev.warren.api;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits that end when the client no longer wants to wait: they fail with EINTR as soon as the
 * thread's {@link Cancellation} is cancelled. A virtual thread that waits here does not occupy a
 * platform thread.
 */
public final class Waits {
  private Waits() {}

  /**
   * Waits until a condition holds. The caller holds the monitor; no thread may hold it for long,
   * and code that changes the condition must call notifyAll on it.
   *
   * @param condition evaluated under the monitor; must not block
   * @throws FsException EINTR if this thread's {@link Cancellation} is cancelled, or the thread is
   *     interrupted
   */
  public static void until(Object monitor, BooleanSupplier condition) throws FsException {
    if (condition.getAsBoolean()) {
      return;
    }
    Cancellation cancellation = Cancellation.current();
    try (var _ = cancellation.onCancel(() -> wake(monitor))) {
      while (!condition.getAsBoolean()) {
        requireWanted(cancellation);
        monitor.wait();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Like {@link #until(Object, BooleanSupplier)}, for a lock that the caller holds and that may be
   * held for long.
   *
   * @param changed a condition of the lock; code that changes the awaited state must call signalAll
   *     on it
   */
  public static void until(Lock lock, Condition changed, BooleanSupplier condition)
      throws FsException {
    if (condition.getAsBoolean()) {
      return;
    }
    Cancellation cancellation = Cancellation.current();
    try (var _ = cancellation.onCancel(() -> wake(lock, changed))) {
      while (!condition.getAsBoolean()) {
        requireWanted(cancellation);
        changed.await();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Waits for the result of a future. Giving up does not cancel the future.
   *
   * @throws FsException EINTR as above, ECANCELED if the future was cancelled, and its failure: an
   *     FsException is rethrown, any other exception is translated by {@link Errno#of(Throwable)}
   */
  public static <T extends @Nullable Object> T result(CompletableFuture<T> future)
      throws FsException {
    // Cancellation affects only this waiter's copy, not the future that other threads may await.
    CompletableFuture<T> mine = future.copy();
    try (var _ = Cancellation.current().onCancel(() -> mine.cancel(false))) {
      return mine.get();
    } catch (CancellationException e) {
      throw new FsException(Errno.EINTR, Errno.EINTR.message(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw failure(future, e);
    }
  }

  private static FsException failure(CompletableFuture<?> future, ExecutionException e) {
    if (future.isCancelled()) {
      return new FsException(Errno.ECANCELED, Errno.ECANCELED.message(), e);
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    if (cause instanceof FsException answer) {
      return answer;
    }
    Errno errno = Errno.of(cause);
    return new FsException(errno, errno.message(), cause);
  }

  private static void requireWanted(Cancellation cancellation) throws FsException {
    if (cancellation.isCancelled()) {
      throw new FsException(Errno.EINTR);
    }
  }

  private static FsException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new FsException(Errno.EINTR, Errno.EINTR.message(), e);
  }

  private static void wake(Object monitor) {
    synchronized (monitor) {
      monitor.notifyAll();
    }
  }

  /** Signals on another thread, so that the cancelling thread does not wait for the lock. */
  private static void wake(Lock lock, Condition changed) {
    if (lock.tryLock()) {
      signal(lock, changed);
    } else {
      Thread.ofVirtual()
          .start(
              () -> {
                lock.lock();
                signal(lock, changed);
              });
    }
  }

  private static void signal(Lock lock, Condition changed) {
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
