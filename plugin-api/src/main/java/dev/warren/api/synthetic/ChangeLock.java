package dev.warren.api.synthetic;

import dev.warren.api.FsException;
import dev.warren.api.Waits;
import dev.warren.api.WouldBlockException;
import org.jspecify.annotations.Nullable;

/**
 * A reentrant lock for actions that may block. A client can give up waiting for it. Thread-safe.
 */
final class ChangeLock {
  // Guarded by this object's monitor, as are the following fields.
  private @Nullable Thread owner;
  private int depth;

  /** The lock, held until this object is closed. */
  @FunctionalInterface
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Acquires the lock.
   *
   * @param mayBlock whether to wait; if not, WouldBlockException is thrown if another thread holds
   *     the lock
   * @throws FsException EINTR if the client gives up; WouldBlockException
   */
  synchronized Held take(boolean mayBlock) throws FsException {
    if (!mayBlock && !isFree()) {
      throw WouldBlockException.INSTANCE;
    }
    Waits.until(this, this::isFree);
    return taken();
  }

  /**
   * Acquires the lock and waits even if the client gives up, so that written content is not
   * discarded.
   */
  synchronized Held takeAnyhow() {
    boolean interrupted = false;
    while (!isFree()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return taken();
  }

  private boolean isFree() {
    return owner == null || owner.equals(Thread.currentThread());
  }

  private Held taken() {
    owner = Thread.currentThread();
    depth++;
    return this::pass;
  }

  private synchronized void pass() {
    depth--;
    if (depth == 0) {
      owner = null;
      notifyAll();
    }
  }
}
