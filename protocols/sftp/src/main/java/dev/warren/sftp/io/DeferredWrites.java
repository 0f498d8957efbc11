package dev.warren.sftp.io;

import org.jspecify.annotations.Nullable;

/**
 * The data that a thread still has to write. MINA passes packets on while it holds a lock that
 * every other thread with data for the same client needs. So a thread that may block only queues
 * its packets there, and writes them after it has returned from MINA, in {@link #push}. A thread
 * without a {@code DeferredWrites} leaves the writing to another thread.
 */
public final class DeferredWrites {
  private static final ScopedValue<DeferredWrites> CURRENT = ScopedValue.newInstance();

  private @Nullable ThreadedSession owed;

  private DeferredWrites() {}

  /** Runs work that belongs to one connection only and may block until its client reads. */
  public static void run(Runnable work) {
    DeferredWrites writes = new DeferredWrites();
    ScopedValue.where(CURRENT, writes)
        .run(
            () -> {
              try {
                work.run();
              } finally {
                writes.writeOwed();
              }
            });
  }

  /**
   * Writes what this thread has passed to MINA. Blocks while the client does not read. To be called
   * after every packet, and before blocking for anything else; does nothing on a thread without a
   * {@code DeferredWrites}.
   */
  public static void push() {
    if (CURRENT.isBound()) {
      CURRENT.get().writeOwed();
    }
  }

  /** Whether this thread will write the session's packets. */
  static boolean takes(ThreadedSession session) {
    if (!CURRENT.isBound()) {
      return false;
    }
    DeferredWrites writes = CURRENT.get();
    if (writes.owed != null) {
      return false;
    }
    writes.owed = session;
    return true;
  }

  private void writeOwed() {
    ThreadedSession session = owed;
    if (session != null) {
      owed = null;
      session.writeAll();
    }
  }
}
