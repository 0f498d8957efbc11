package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.session.OvertakenRequests.Held;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Handles requests outside a queue: a request that must not overtake one that has left the queue is
 * queued here, and handled after that one. Thread-safe.
 */
final class SideQueue {
  private final ChannelMemory memory;
  private final QueueState state;
  private final Workers workers;
  private final Surroundings around;

  SideQueue(ChannelMemory memory, QueueState state, Workers workers, Surroundings around) {
    this.memory = memory;
    this.state = state;
    this.workers = workers;
    this.around = around;
  }

  /**
   * Whether a request must not overtake one that is here. Only for the thread that holds the queue.
   */
  boolean holdsBack(RequestSubjects subjects) {
    state.lock.lock();
    try {
      state.othersOvertaken = !state.overtaken.isEmpty();
      return state.overtaken.holdsBack(subjects);
    } finally {
      state.lock.unlock();
    }
  }

  /**
   * Queues a packet that is held back. While there is no space for it, the queue waits: it cannot
   * continue without breaking the order, and memory is limited.
   *
   * @return false if nothing holds the packet back any more, so that it may be handled now
   */
  boolean takes(RequestSubjects subjects, byte[] packet) throws IOException {
    List<Cancellation> reads;
    state.lock.lock();
    try {
      reads = state.overtaken.giveUpReadsFor(subjects);
    } finally {
      state.lock.unlock();
    }
    reads.forEach(Cancellation::cancel);
    state.lock.lock();
    try {
      while (state.overtaken.holdsBack(subjects)) {
        if (queues(subjects, packet)) {
          return true;
        }
        state.requireGoingOn();
        state.changed.awaitUninterruptibly();
      }
      return false;
    } finally {
      state.lock.unlock();
    }
  }

  private boolean queues(RequestSubjects subjects, byte[] packet) {
    if (!state.overtaken.hasRoomFor(packet)
        || !memory.tryTake(Use.REQUESTS, OvertakenRequests.memory(packet))) {
      return false;
    }
    state.overtaken.queue(subjects, packet);
    return true;
  }

  /**
   * Called when a worker has completed the request it left the queue with: handles those queued
   * behind it.
   */
  void proceed(Worker worker, Held left) {
    Deque<Held> mine = new ArrayDeque<>();
    Held done = left;
    while (done != null) {
      for (Held next : takeOut(done)) {
        if (mine.isEmpty() || !startAnother(next)) {
          mine.add(next);
        }
      }
      done = mine.poll();
      if (done != null) {
        answer(worker, done);
      }
    }
    memory.giveBack(Use.REQUESTS, ChannelMemory.WORKER);
  }

  private boolean startAnother(Held held) {
    if (!memory.tryTake(Use.REQUESTS, ChannelMemory.WORKER)) {
      return false;
    }
    Worker another = workers.overtaken();
    around.start(
        () -> {
          answer(another, held);
          proceed(another, held);
        });
    return true;
  }

  private List<Held> takeOut(Held done) {
    List<Held> next;
    state.lock.lock();
    try {
      next = state.overtaken.takeOut(done);
      state.changed.signalAll();
      workers.watchIfWaiting(); // there is space now
    } finally {
      state.lock.unlock();
    }
    if (done.packet().length > 0) {
      memory.giveBack(Use.REQUESTS, OvertakenRequests.memory(done.packet()));
    }
    return next;
  }

  private void answer(Worker worker, Held held) {
    Cancellation ending = new Cancellation();
    boolean isGivenUp;
    state.lock.lock();
    try {
      held.begin(ending);
      isGivenUp = held.isGivenUp() || state.isAborted;
    } finally {
      state.lock.unlock();
    }
    if (isGivenUp) {
      ending.cancel();
    }
    try {
      Object _ =
          ending.call(
              () -> {
                worker.exchange.handle(held.packet(), 0, held.packet().length);
                worker.exchange.flush();
                return held;
              });
    } catch (Throwable e) { // as in the queue
      state.fail(e);
    } finally {
      worker.transport.betweenReplies();
    }
  }
}
