package dev.warren.server.host;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Lets one change of the host be made at a time, and none once it ends: an order that a client
 * waits for must not keep the front ends from draining. Thread-safe.
 */
final class Turns {
  private boolean taken;
  private boolean ending;

  /**
   * Makes a change when it is its turn.
   *
   * @throws FsException EIO if the host ends meanwhile; nothing was changed
   * @throws Exception what the change throws
   */
  <T> T take(Callable<T> change) throws Exception {
    synchronized (this) {
      while (taken && !ending) {
        wait();
      }
      if (ending) {
        throw new FsException(Errno.EIO, "the host is ending");
      }
      taken = true;
    }
    try {
      return change.call();
    } finally {
      release();
    }
  }

  /**
   * Turns those away who wait, and waits for the change that is being made.
   *
   * @return whether that has ended in time; if not it may still be under way
   */
  synchronized boolean end(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    ending = true;
    notifyAll();
    while (taken) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return true;
  }

  private synchronized void release() {
    taken = false;
    notifyAll();
  }
}
