package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import dev.warren.sftp.session.Apart.Held;
import org.jspecify.annotations.Nullable;

/** A thread of a session, with its exchange. */
final class Worker implements Exchange.Waits {
  /** The thread's relation to the row. */
  enum Phase {
    /** Holds the row, and handles packets as they arrive. */
    IN_ROW,
    /** Holds the row, and runs an operation that may block. */
    WAITING,
    /** Has left the row, or never held it: completes its request, and then ends. */
    OUT
  }

  final SharedTransport transport;
  final Exchange exchange;
  private final Workers all;

  // The following change under the row's lock, and by another thread only while this thread is
  // blocked in the row. So this thread may read them without the lock, after waitEnds.
  Phase phase;
  Cancellation cancellation = new Cancellation();
  boolean isOneTooMany; // cancelled, because too many are blocked
  @Nullable Held left; // the request it has left the row with

  /** Counts requests, to distinguish a blocked request from the one after it. */
  long request;

  Worker(Workers all, Phase phase, SharedTransport transport, Session session) {
    this.all = all;
    this.phase = phase;
    this.transport = transport;
    this.exchange = session.exchange(transport, this);
  }

  private boolean waitsInRow; // for the thread itself only

  @Override
  public void begin() {
    waitsInRow = phase != Phase.OUT;
    if (waitsInRow) {
      all.waitBegins(this);
    }
  }

  @Override
  public void end() {
    if (waitsInRow) {
      all.waitEnds(this);
    }
  }

  @Override
  public boolean areTooMany() {
    return isOneTooMany;
  }
}
