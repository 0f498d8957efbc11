package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.session.OvertakenRequests.Held;
import dev.warren.sftp.wire.PacketQueue;
import dev.warren.sftp.wire.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a session in the order of their arrival. They are handled one after the other, by
 * one thread at a time, which holds the queue: as long as no request blocks, the thread that reads
 * the connection, and from then on a thread that may block, until no requests are left.
 *
 * <p>A blocked request leaves the queue if others are behind it: its thread continues with this
 * request only, and another thread takes over the queue ({@link Workers}). A request that must not
 * overtake the blocked one queues behind it, and so does a request that must not overtake a queued
 * one ({@link SideQueue}). Thread-safe.
 */
public final class RequestQueue {
  /**
   * Maximum length of pieces that the reading thread handles. Longer ones are content: the reading
   * thread decrypts the next one while another thread writes it.
   */
  private static final int MAX_NON_BLOCKING = 16 * 1024;

  private final Session session;
  private final PacketQueue queue;
  private final Surroundings around;
  private final QueueState state;
  private final Workers workers;
  private final SideQueue sideQueue;
  private final CountDownLatch finished = new CountDownLatch(1);
  private boolean isStarted; // guarded by the state's lock

  // For the thread that holds the queue or, while that thread is blocked, for the thread that holds
  // the state's lock.
  private final Cursor cursor;
  private final Receipts receipts;

  /**
   * Creates a queue.
   *
   * @param queue supplies the packets
   * @param transport carries the replies
   */
  public RequestQueue(
      Session session, PacketQueue queue, Transport transport, Surroundings around) {
    this.session = session;
    this.queue = queue;
    this.around = around;
    this.cursor = new Cursor(queue);
    this.receipts = new Receipts(around);
    this.state = new QueueState(queue);
    this.workers = new Workers(session, transport, cursor, receipts, state, around, this::run);
    this.sideQueue = new SideQueue(session.memory(), state, workers, around);
  }

  /** Starts to handle packets. To be called once. */
  public void start() {
    Worker first = workers.holder();
    state.lock.lock();
    try {
      isStarted = true;
    } finally {
      state.lock.unlock();
    }
    around.start(
        () -> {
          state.take();
          run(first);
        });
  }

  /** Packets have arrived. Called on a thread that must not handle packets. */
  public void arrived() {
    workers.watchIfWaiting();
    queue.wake();
  }

  /** Packets have arrived. Handles packets on this thread, up to the first that would block. */
  public void handleNonBlocking() {
    if (state.tryTake()) {
      Worker worker = workers.holder();
      try {
        if (worker.transport.tryTake()) {
          while (!queue.isEnded() && cursor.advance() && handledNonBlocking(worker)) {}
          worker.exchange.flush();
          receipts.release();
        }
      } catch (Throwable e) { // as in run: this thread is not the queue's own
        state.fail(e);
      } finally {
        worker.transport.betweenReplies();
        cursor.putBack();
        state.giveUp();
      }
    } else {
      workers.watchIfWaiting();
    }
    queue.wake();
  }

  /** Handles the packets that have arrived, and no more after them. */
  public void drain() {
    state.lock.lock();
    try {
      state.isDraining = true;
    } finally {
      state.lock.unlock();
    }
    queue.end();
  }

  /** Waits until no request is left. */
  public boolean awaitFinished(long nanos) throws InterruptedException {
    return finished.await(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Ends all requests, because their replies are not needed any more. The packet queue must have
   * ended before.
   */
  public void abort() {
    List<Cancellation> ending;
    long unused;
    state.lock.lock();
    try {
      state.isAborted = true;
      ending = new ArrayList<>(state.overtaken.giveUpAll());
      ending.add(workers.holder().cancellation);
      unused = state.overtaken.dropQueued() + (isStarted ? 0 : ChannelMemory.WORKER);
      state.changed.signalAll();
    } finally {
      state.lock.unlock();
    }
    session.memory().giveBack(Use.REQUESTS, unused);
    ending.forEach(Cancellation::cancel);
  }

  /** How a part of a thread's work ended. */
  private enum End {
    /** The thread must continue under another cancellation. */
    CANCELLED,
    /** The thread has left the queue, and has replied to the request it left with. */
    LEFT,
    /** No more packets will arrive. */
    OVER
  }

  /** The work of a thread that holds the queue. */
  private void run(Worker worker) {
    try {
      End end;
      do {
        renew(worker);
        end = worker.cancellation.call(() -> work(worker));
      } while (end == End.CANCELLED);
    } catch (Throwable e) { // whatever it is, the channel must end with its thread
      state.fail(e);
    } finally {
      worker.transport.betweenReplies();
    }
    Held left = worker.left;
    if (left == null) {
      finish();
      session.memory().giveBack(Use.REQUESTS, ChannelMemory.WORKER);
    } else {
      sideQueue.proceed(worker, left);
    }
  }

  private void renew(Worker worker) {
    boolean isOver;
    state.lock.lock();
    try {
      worker.cancellation = new Cancellation();
      worker.isOneTooMany = false;
      isOver = state.isAborted;
    } finally {
      state.lock.unlock();
    }
    if (isOver) {
      worker.cancellation.cancel();
    }
  }

  private End work(Worker worker) throws IOException {
    while (true) {
      boolean last = queue.isEnded(); // read first: packets may arrive in between
      state.requireGoingOn();
      if (cursor.advance()) {
        handle(worker);
        if (worker.left != null) {
          worker.exchange.flush();
          return End.LEFT;
        }
        if (worker.isOneTooMany) {
          return End.CANCELLED;
        }
        if (worker.transport.isWanted()) {
          worker.exchange.flush();
        }
      } else {
        worker.exchange.flush();
        receipts.release();
        if (last) {
          return End.OVER;
        }
        state.giveUp();
        try {
          queue.await();
        } finally {
          state.take();
        }
      }
    }
  }

  private void handle(Worker worker) throws IOException {
    if (state.othersOvertaken && queuesAside(worker)) {
      receipts.passed(cursor.pass());
      return;
    }
    worker.request++;
    if (cursor.isRefused()) {
      worker.exchange.refuse(cursor.array(), cursor.offset(), cursor.length());
    } else {
      worker.exchange.handle(cursor.array(), cursor.offset(), cursor.length());
    }
    if (worker.left == null) {
      receipts.passed(cursor.pass());
    }
  }

  private boolean handledNonBlocking(Worker worker) throws IOException {
    if (cursor.isRefused()
        || cursor.pieceLength() > MAX_NON_BLOCKING
        || (state.othersOvertaken && sideQueue.holdsBack(cursor.subjects(session)))
        || !worker.exchange.handleNonBlocking(cursor.array(), cursor.offset(), cursor.length())) {
      return false;
    }
    receipts.passed(cursor.pass());
    return true;
  }

  /**
   * Queues the current packet aside if it must not overtake one there.
   *
   * @return false if it may be handled now
   */
  private boolean queuesAside(Worker worker) throws IOException {
    RequestSubjects subjects = cursor.subjects(session);
    if (!sideQueue.holdsBack(subjects)) {
      return false;
    }
    worker.exchange.flush();
    int offset = cursor.offset();
    return sideQueue.takes(
        subjects, Arrays.copyOfRange(cursor.array(), offset, offset + cursor.length()));
  }

  /** Ends the queue: all packets have been handled, or no more can be. */
  private void finish() {
    List<Cancellation> waiting = List.of();
    state.lock.lock();
    try {
      // The client can no longer close the handles of waiting requests.
      if (!state.isDraining || state.failure != null) {
        waiting = state.overtaken.giveUpAll();
      }
    } finally {
      state.lock.unlock();
    }
    waiting.forEach(Cancellation::cancel);
    @Nullable Throwable failed = state.awaitNothingOvertaken();
    finished.countDown();
    around.ended(failed);
  }
}
