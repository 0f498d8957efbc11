package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.session.Worker.Phase;
import dev.warren.sftp.wire.Transport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The threads of a row, one of which is in it. When that one waits for long and others are behind
 * it, it leaves, and another takes the row over. Thread-safe.
 */
final class Workers {
  private final Session session;
  private final Transport transport;
  private final Cursor cursor;
  private final Receipts receipts;
  private final RowState state;
  private final Surroundings around;
  private final Consumer<Worker> takesOver;

  /** Fair, so that a row that is busy does not keep those from answering that have left it. */
  private final ReentrantLock way = new ReentrantLock(true);

  // The following are guarded by the state's lock.
  private Worker inRow;
  private boolean isWatched; // somebody will look whether the one in the row waits

  /**
   * The threads of a row, of which there is none yet.
   *
   * @param cursor for who has the row, and for who has the state's lock while that one waits
   * @param takesOver what a thread does that takes the row over
   */
  Workers(
      Session session,
      Transport transport,
      Cursor cursor,
      Receipts receipts,
      RowState state,
      Surroundings around,
      Consumer<Worker> takesOver) {
    this.session = session;
    this.transport = transport;
    this.cursor = cursor;
    this.receipts = receipts;
    this.state = state;
    this.around = around;
    this.takesOver = takesOver;
    this.inRow = make(Phase.IN_ROW);
  }

  /** One that is not in the row. */
  Worker apart() {
    return make(Phase.OUT);
  }

  private Worker make(Phase phase) {
    return new Worker(this, phase, new SharedTransport(transport, way), session);
  }

  /** The one that is in the row. */
  Worker inRow() {
    state.lock.lock();
    try {
      return inRow;
    } finally {
      state.lock.unlock();
    }
  }

  /** A worker begins an operation that may wait. */
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

  /** The operation is over. */
  void waitEnds(Worker worker) {
    state.lock.lock();
    try {
      if (worker.phase == Phase.WAITING) {
        worker.phase = Phase.IN_ROW;
      }
    } finally {
      state.lock.unlock();
    }
  }

  /** Something has come, or there is room apart again: the one that waits may be in the way now. */
  void watchIfWaiting() {
    state.lock.lock();
    try {
      if (!isWatched && inRow.phase == Phase.WAITING) {
        watch(inRow);
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

  /** Looks whether a request that waited some time ago still does, and holds somebody back. */
  private void look(Worker worker, long request) {
    Worker next = null;
    Cancellation tooMany = null;
    state.lock.lock();
    try {
      isWatched = false;
      if (state.isAborted || inRow.phase != Phase.WAITING) {
        return;
      }
      if (!inRow.equals(worker) || worker.request != request) {
        watch(inRow);
        return;
      }
      Subjects subjects = cursor.subjects(session);
      if (isInTheWay(subjects)) {
        if (state.apart.hasRoom() && session.memory().tryTake(Use.REQUESTS, ChannelMemory.WORKER)) {
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
   * Whether anything behind the request at hand would gain if that left the row. Where all would
   * queue behind it apart it stays, which spares the upload of a file to a slow disk all of this.
   */
  private boolean isInTheWay(Subjects waiting) {
    for (Cursor.Packet packet : cursor.behind(Apart.MAX_REQUESTS)) {
      Subjects subjects = Subjects.of(packet.array(), packet.offset(), packet.length(), session);
      boolean queues = waiting.holdBack(subjects) || state.apart.holdsBack(subjects);
      if (!queues || subjects.endReadOf(waiting)) {
        return true;
      }
    }
    return false;
  }

  /** Takes the worker that waits out of the row; returns who has it now. */
  private Worker leave(Worker waiting, Subjects subjects) {
    waiting.phase = Phase.OUT;
    waiting.left = state.apart.takeIn(subjects, waiting.cancellation);
    state.othersAreApart = true;
    receipts.add(cursor.passOn());
    inRow = make(Phase.IN_ROW);
    return inRow;
  }
}
