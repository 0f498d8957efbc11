package dev.warren.gptfs.store;

import dev.warren.api.FsException;

/**
 * Groups the syncs of many threads. A thread that arrives during a sync waits for the next one,
 * which then covers all threads that arrived meanwhile. Thread-safe.
 */
public final class GroupCommit {
  private final Sync sync;
  private long asked;
  private long done;
  private boolean running;

  /** Brings data to stable storage. */
  @FunctionalInterface
  public interface Sync {
    /** Brings everything that was written before the call to stable storage. */
    void run() throws FsException;
  }

  /** Groups the syncs of one file or directory. */
  public GroupCommit(Sync sync) {
    this.sync = sync;
  }

  /**
   * Returns once what the caller has written is on stable storage. Uninterruptible.
   *
   * @throws FsException if a sync fails that this thread runs; the threads that waited for it sync
   *     again themselves
   */
  public void await() throws FsException {
    long mine;
    synchronized (this) {
      mine = ++asked;
    }
    while (true) {
      long upTo;
      synchronized (this) {
        while (running && done < mine) {
          waitUninterruptibly();
        }
        if (done >= mine) {
          return;
        }
        running = true;
        upTo = asked;
      }
      boolean synced = false;
      try {
        sync.run();
        synced = true;
      } finally {
        synchronized (this) {
          running = false;
          if (synced) {
            done = Math.max(done, upTo);
          }
          notifyAll();
        }
      }
    }
  }

  private void waitUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        wait();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
