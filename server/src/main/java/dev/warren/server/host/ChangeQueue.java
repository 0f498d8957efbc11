package dev.warren.server.host;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Lets one change of the host run at a time, and none once the host is ending: a command that a
 * client waits for must not keep the front ends from draining. Thread-safe.
 */
final class ChangeQueue {
  private boolean taken;
  private boolean ending;

  /**
   * Runs a change once no other is in progress.
   *
   * @throws FsException EIO if the host ends before that; nothing was changed
   * @throws Exception what the change throws
   */
  <T> T run(Callable<T> change) throws Exception {
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
   * Refuses the changes that wait, and waits for the change in progress.
   *
   * @return whether that change ended in time; if not, it may still be in progress
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
