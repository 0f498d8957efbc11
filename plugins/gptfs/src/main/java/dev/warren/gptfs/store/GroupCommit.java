package dev.warren.gptfs.store;

import dev.warren.api.FsException;

/**
 * One sync for many writers: who comes while a sync is running waits for the next one, which then
 * serves everybody who came meanwhile.
 */
public final class GroupCommit {
  private final Sync sync;
  private long asked;
  private long done;
  private boolean running;

  /** What brings things to stable storage. */
  @FunctionalInterface
  public interface Sync {
    /** Brings everything that was written before the call to stable storage. */
    void run() throws FsException;
  }

  /** For one file or directory. */
  public GroupCommit(Sync sync) {
    this.sync = sync;
  }

  /**
   * Returns once what the caller has written is on stable storage.
   *
   * @throws FsException as the sync does; to everybody whom that sync served
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
