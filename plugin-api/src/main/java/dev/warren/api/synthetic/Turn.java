package dev.warren.api.synthetic;

import dev.warren.api.FsException;
import dev.warren.api.Waits;
import dev.warren.api.WouldBlockException;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread after the other do something that may wait, and no client wait for its turn
 * longer than it wants to. A thread that has the turn may take it again. Thread-safe.
 */
final class Turn {
  // The following are guarded by this.
  private @Nullable Thread owner;
  private int depth;

  /** What has the turn until it is closed. */
  @FunctionalInterface
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for the turn.
   *
   * @param mayWait else it is taken at once or not at all
   * @throws FsException EINTR if the client gives up; WouldBlockException
   */
  synchronized Held take(boolean mayWait) throws FsException {
    if (!mayWait && !isFree()) {
      throw WouldBlockException.INSTANCE;
    }
    Waits.until(this, this::isFree);
    return taken();
  }

  /** Waits for the turn whether or not the client gives up: what was written is not thrown away. */
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
