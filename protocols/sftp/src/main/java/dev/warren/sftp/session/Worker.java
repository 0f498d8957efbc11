package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import dev.warren.sftp.session.OvertakenRequests.Held;
import org.jspecify.annotations.Nullable;

/** A thread of a session, with its exchange. */
final class Worker implements Exchange.Waits {
  /** The thread's relation to the queue. */
  enum Phase {
    /** Holds the queue, and handles packets as they arrive. */
    HOLDER,
    /** Holds the queue, and runs an operation that may block. */
    WAITING,
    /** Has left the queue, or never held it: completes its request, and then ends. */
    OUT
  }

  final SharedTransport transport;
  final Exchange exchange;
  private final Workers all;

  // The following change under the queue's lock, and by another thread only while this thread is
  // blocked in the queue. So this thread may read them without the lock, after waitEnds.
  Phase phase;
  Cancellation cancellation = new Cancellation();
  boolean isOneTooMany; // cancelled, because too many are blocked
  @Nullable Held left; // the request it has left the queue with

  /** Counts requests, to distinguish a blocked request from the one after it. */
  long request;

  Worker(Workers all, Phase phase, SharedTransport transport, Session session) {
    this.all = all;
    this.phase = phase;
    this.transport = transport;
    this.exchange = session.exchange(transport, this);
  }

  private boolean isQueued; // for the thread itself only

  @Override
  public void begin() {
    isQueued = phase != Phase.OUT;
    if (isQueued) {
      all.waitBegins(this);
    }
  }

  @Override
  public void end() {
    if (isQueued) {
      all.waitEnds(this);
    }
  }

  @Override
  public boolean areTooMany() {
    return isOneTooMany;
  }
}
