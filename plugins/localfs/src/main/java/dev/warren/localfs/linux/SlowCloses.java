package dev.warren.localfs.linux;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/**
 * Closes descriptors whose files may have to be freed, on a thread of its own: an event loop that
 * did it would serve nobody meanwhile. The thread is there from the start, since one that was made
 * in an operation would have the caller's rights. Thread-safe.
 */
final class SlowCloses implements AutoCloseable {
  /** What ends the thread. */
  private static final Descriptor END = new Descriptor(-1);

  private final BlockingQueue<Descriptor> waiting = new LinkedBlockingQueue<>();
  private boolean closed;

  SlowCloses() {
    this(Thread.ofPlatform().daemon().name("localfs-close").factory());
  }

  SlowCloses(ThreadFactory threads) {
    threads.newThread(this::run).start();
  }

  /** Closes a descriptor soon, or now if nobody does it later. */
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
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  private static void close(Descriptor descriptor) {
    Scratch s = Scratch.take();
    descriptor.close(s);
    s.release();
  }

  /** How many wait to be closed. */
  int waiting() {
    return waiting.size();
  }

  /** What waits is closed still. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.add(END);
  }
}
