package dev.warren.sftp.io;

import org.jspecify.annotations.Nullable;

/**
 * What a thread has promised to write. MINA hands packets over under a lock that every other thread
 * needs that has something for the same client; so a thread that may wait for the client takes the
 * turn there, and writes when it has come out of MINA, at {@link #push}. A thread that is not in
 * such a turn leaves the writing to another one.
 */
public final class WriteTurn {
  private static final ScopedValue<WriteTurn> CURRENT = ScopedValue.newInstance();

  private @Nullable ThreadedSession owed;

  private WriteTurn() {}

  /** Runs what belongs to one connection alone and may wait for its client. */
  public static void run(Runnable work) {
    WriteTurn turn = new WriteTurn();
    ScopedValue.where(CURRENT, turn)
        .run(
            () -> {
              try {
                work.run();
              } finally {
                turn.writeOwed();
              }
            });
  }

  /**
   * Writes what this thread has given to MINA, and waits while the client takes nothing. To be
   * called after every packet and before a wait for anything else; without a turn it does nothing.
   */
  public static void push() {
    if (CURRENT.isBound()) {
      CURRENT.get().writeOwed();
    }
  }

  /** Whether this thread will write for the session. */
  static boolean takes(ThreadedSession session) {
    if (!CURRENT.isBound()) {
      return false;
    }
    WriteTurn turn = CURRENT.get();
    if (turn.owed != null) {
      return false;
    }
    turn.owed = session;
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
