package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.session.Worker.Phase;
import dev.warren.sftp.wire.Transport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The threads of a queue, one of which holds it. If that one is blocked for long while requests are
 * behind it, it leaves the queue, and another thread takes over. Thread-safe.
 */
final class Workers {
  private final Session session;
  private final Transport transport;
  private final Cursor cursor;
  private final Receipts receipts;
  private final QueueState state;
  private final Surroundings around;
  private final Consumer<Worker> takesOver;

  /** Fair, so that a busy queue does not keep the threads that have left it from replying. */
  private final ReentrantLock way = new ReentrantLock(true);

  // The following are guarded by the state's lock.
  private Worker holder;
  private boolean isWatched; // a check for a blocked request is scheduled

  /**
   * Creates the threads of a queue, of which none has started yet.
   *
   * @param cursor for the thread that holds the queue or, while that thread is blocked, for the
   *     thread that holds the state's lock
   * @param takesOver the work of a thread that takes over the queue
   */
  Workers(
      Session session,
      Transport transport,
      Cursor cursor,
      Receipts receipts,
      QueueState state,
      Surroundings around,
      Consumer<Worker> takesOver) {
    this.session = session;
    this.transport = transport;
    this.cursor = cursor;
    this.receipts = receipts;
    this.state = state;
    this.around = around;
    this.takesOver = takesOver;
    this.holder = make(Phase.HOLDER);
  }

  /** Creates a worker that does not hold the queue. */
  Worker overtaken() {
    return make(Phase.OUT);
  }

  private Worker make(Phase phase) {
    return new Worker(this, phase, new SharedTransport(transport, way), session);
  }

  /** The worker that holds the queue. */
  Worker holder() {
    state.lock.lock();
    try {
      return holder;
    } finally {
      state.lock.unlock();
    }
  }

  /** A worker starts an operation that may block. */
  void waitBegins(Worker worker) {
    state.lock.lock();
    try {
      worker.phase = Phase.WAITING;
      if (!isWatched && cursor.hasMore()) {
        watch(worker);
      }
    } finally {
      state.lock.unlock();
    }
  }

  /** The operation has ended. */
  void waitEnds(Worker worker) {
    state.lock.lock();
    try {
      if (worker.phase == Phase.WAITING) {
        worker.phase = Phase.HOLDER;
      }
    } finally {
      state.lock.unlock();
    }
  }

  /**
   * Packets have arrived, or there is space outside the queue: the blocked request may hold up
   * others now.
   */
  void watchIfWaiting() {
    state.lock.lock();
    try {
      if (!isWatched && holder.phase == Phase.WAITING) {
        watch(holder);
      }
    } finally {
      state.lock.unlock();
    }
  }

  private void watch(Worker worker) {
    isWatched = true;
    long request = worker.request;
    around.later(() -> look(worker, request));
  }

  /** Checks whether a request is still blocked and holds up others. */
  private void look(Worker worker, long request) {
    Worker next = null;
    Cancellation tooMany = null;
    state.lock.lock();
    try {
      isWatched = false;
      if (state.isAborted || holder.phase != Phase.WAITING) {
        return;
      }
      if (!holder.equals(worker) || worker.request != request) {
        watch(holder);
        return;
      }
      RequestSubjects subjects = cursor.subjects(session);
      if (isInTheWay(subjects)) {
        if (state.overtaken.hasRoom()
            && session.memory().tryTake(Use.REQUESTS, ChannelMemory.WORKER)) {
          next = leave(worker, subjects);
        } else {
          worker.isOneTooMany = true;
          tooMany = worker.cancellation;
        }
      }
    } finally {
      state.lock.unlock();
    }
    if (tooMany != null) {
      tooMany.cancel();
    }
    if (next != null) {
      Worker successor = next;
      around.start(() -> takesOver.accept(successor));
    }
  }

  /**
   * Whether any request behind the current one could proceed if the current one left the queue. If
   * all would queue behind the current one, it stays, which saves this effort during an upload to a
   * slow disk.
   */
  private boolean isInTheWay(RequestSubjects waiting) {
    for (Cursor.Packet packet : cursor.behind(OvertakenRequests.MAX_REQUESTS)) {
      RequestSubjects subjects =
          RequestSubjects.of(packet.array(), packet.offset(), packet.length(), session);
      boolean queues = waiting.holdBack(subjects) || state.overtaken.holdsBack(subjects);
      if (!queues || subjects.endReadOf(waiting)) {
        return true;
      }
    }
    return false;
  }

  /** Takes the blocked worker out of the queue. Returns the one that holds the queue now. */
  private Worker leave(Worker waiting, RequestSubjects subjects) {
    waiting.phase = Phase.OUT;
    waiting.left = state.overtaken.takeIn(subjects, waiting.cancellation);
    state.othersOvertaken = true;
    receipts.add(cursor.passOn());
    holder = make(Phase.HOLDER);
    return holder;
  }
}
