package dev.warren.localfs.linux;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/**
 * Closes descriptors whose files may have to be freed, on a separate thread: an event loop that
 * closed them would serve no client meanwhile. The thread is started in advance, because a thread
 * that was created during an operation would inherit the caller's rights. Thread-safe.
 */
final class SlowCloses implements AutoCloseable {
  /**
   * Beyond this many, no more descriptors are cached. The budget does not count these, and a close
   * that blocks, as on a server that does not respond, must not use up the host's descriptors.
   */
  static final int MOST = 64;

  /** Ends the thread. */
  private static final Descriptor END = new Descriptor(-1);

  private final BlockingQueue<Descriptor> waiting = new LinkedBlockingQueue<>();
  private boolean closed;

  SlowCloses() {
    this(Thread.ofPlatform().daemon().name("localfs-close").factory());
  }

  SlowCloses(ThreadFactory threads) {
    threads.newThread(this::run).start();
  }

  /** Closes a descriptor soon, or immediately if the thread has ended. */
  void add(Descriptor descriptor) {
    synchronized (this) {
      if (!closed) {
        waiting.add(descriptor);
        return;
      }
    }
    close(descriptor);
  }

  private void run() {
    try {
      for (Descriptor next = waiting.take(); !next.equals(END); next = waiting.take()) {
        close(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the thread has ended
    }
  }

  private static void close(Descriptor descriptor) {
    Scratch s = Scratch.take();
    descriptor.close(s);
    s.release();
  }

  /** Whether more descriptors than {@link #MOST} wait to be closed. */
  boolean isBehind() {
    return waiting.size() > MOST;
  }

  /** How many descriptors wait to be closed. */
  int waiting() {
    return waiting.size();
  }

  /** Ends the thread after it has closed the waiting descriptors. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.add(END);
  }
}
