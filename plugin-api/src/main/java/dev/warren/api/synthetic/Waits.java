package dev.warren.api.synthetic;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.util.function.BooleanSupplier;

/** Waits on a monitor that end when the client no longer wants to wait. */
final class Waits {
  private Waits() {}

  /**
   * Waits until a condition holds. The caller holds the monitor, and whoever changes the condition
   * notifies all who wait on it.
   *
   * @throws FsException EINTR if this thread's {@link Cancellation} is cancelled, or the thread is
   *     interrupted
   */
  static void until(Object monitor, BooleanSupplier condition) throws FsException {
    if (condition.getAsBoolean()) {
      return;
    }
    Cancellation cancellation = Cancellation.current();
    try (var _ = cancellation.onCancel(() -> wake(monitor))) {
      while (!condition.getAsBoolean()) {
        if (cancellation.isCancelled()) {
          throw new FsException(Errno.EINTR);
        }
        monitor.wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FsException(Errno.EINTR, Errno.EINTR.message(), e);
    }
  }

  private static void wake(Object monitor) {
    synchronized (monitor) {
      monitor.notifyAll();
    }
  }
}
