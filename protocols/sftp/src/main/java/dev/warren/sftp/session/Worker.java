package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import dev.warren.sftp.session.Apart.Held;
import org.jspecify.annotations.Nullable;

/** A thread of a session, with what it answers with. */
final class Worker implements Exchange.Waits {
  /** Where it is. */
  enum Phase {
    /** In the row: handles packets as they come. */
    IN_ROW,
    /** In the row, with an operation that may wait. */
    WAITING,
    /** Has left the row, or was never there: does what it has begun, and nothing after it. */
    OUT
  }

  final SharedTransport transport;
  final Exchange exchange;
  private final Workers all;

  // The following change under the row's lock, and by another thread only while this one waits in
  // the row. So this one may look at them without the lock, after waitEnds.
  Phase phase;
  Cancellation cancellation = new Cancellation();
  boolean isOneTooMany; // that waits, and has been told to give up
  @Nullable Held left; // what it has left the row with

  /** Counts requests, so that one that waits is told from the one after it. */
  long request;

  Worker(Workers all, Phase phase, SharedTransport transport, Session session) {
    this.all = all;
    this.phase = phase;
    this.transport = transport;
    this.exchange = session.exchange(transport, this);
  }

  private boolean waitsInRow; // of the thread itself alone

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
