package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.session.Apart.Held;
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
 * The requests of a session in the order in which they came. They are handled one after the other,
 * by one thread at a time: by the one that reads the connection as long as nothing has to wait,
 * from there on by a thread that may wait, until it has nothing left to do.
 *
 * <p>A request that waits while others are behind it leaves the row: its thread goes on with it
 * alone, and another takes the row over ({@link Workers}). What must not overtake it queues behind
 * it, and so does what must not overtake that ({@link Aside}). Thread-safe.
 */
public final class Row {
  /**
   * What comes in larger pieces is content: the thread that reads decrypts the next while another
   * one writes it.
   */
  private static final int MAX_AT_ONCE = 16 * 1024;

  private final Session session;
  private final PacketQueue queue;
  private final Surroundings around;
  private final RowState state;
  private final Workers workers;
  private final Aside aside;
  private final CountDownLatch finished = new CountDownLatch(1);
  private boolean isStarted; // guarded by the state's lock

  // The following are for who has taken the row, and for who has the lock while that one waits.
  private final Cursor cursor;
  private final Receipts receipts;

  /**
   * A row.
   *
   * @param queue where packets come from
   * @param transport where replies go
   */
  public Row(Session session, PacketQueue queue, Transport transport, Surroundings around) {
    this.session = session;
    this.queue = queue;
    this.around = around;
    this.cursor = new Cursor(queue);
    this.receipts = new Receipts(around);
    this.state = new RowState(queue);
    this.workers = new Workers(session, transport, cursor, receipts, state, around, this::run);
    this.aside = new Aside(session.memory(), state, workers, around);
  }

  /** Starts to handle packets. Once. */
  public void start() {
    Worker first = workers.inRow();
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

  /** Packets have come. On a thread that is not for handling them. */
  public void arrived() {
    workers.watchIfWaiting();
    queue.wake();
  }

  /** Packets have come. The thread handles them as far as nothing has to wait. */
  public void handleAtOnce() {
    if (state.tryTake()) {
      Worker worker = workers.inRow();
      try {
        if (worker.transport.tryTake()) {
          while (!queue.isEnded() && cursor.advance() && handledAtOnce(worker)) {}
          worker.exchange.flush();
          receipts.release();
        }
      } catch (Throwable e) { // as in run: this thread is also others'
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

  /** Handles what has arrived, and nothing after it. */
  public void drain() {
    state.lock.lock();
    try {
      state.isDraining = true;
    } finally {
      state.lock.unlock();
    }
    queue.end();
  }

  /** Waits until nothing is left to do. */
  public boolean awaitFinished(long nanos) throws InterruptedException {
    return finished.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** Nobody waits for answers any more: ends what waits. The queue is to have been ended before. */
  public void abort() {
    List<Cancellation> ending;
    long unused;
    state.lock.lock();
    try {
      state.isAborted = true;
      ending = new ArrayList<>(state.apart.giveUpAll());
      ending.add(workers.inRow().cancellation);
      unused = state.apart.dropQueued() + (isStarted ? 0 : ChannelMemory.WORKER);
      state.changed.signalAll();
    } finally {
      state.lock.unlock();
    }
    session.memory().giveBack(Use.REQUESTS, unused);
    ending.forEach(Cancellation::cancel);
  }

  /** How a stretch of work ended. */
  private enum End {
    /** The thread has to go on under another cancellation. */
    CANCELLED,
    /** The thread has left the row, and has answered what it left with. */
    LEFT,
    /** No more will come. */
    OVER
  }

  /** The life of a thread that has the row. */
  private void run(Worker worker) {
    try {
      End end;
      do {
        renew(worker);
        end = worker.cancellation.call(() -> work(worker));
      } while (end == End.CANCELLED);
    } catch (Throwable e) { // whatever it is: the channel must not stay open with nobody behind it
      state.fail(e);
    } finally {
      worker.transport.betweenReplies();
    }
    Held left = worker.left;
    if (left == null) {
      finish();
      session.memory().giveBack(Use.REQUESTS, ChannelMemory.WORKER);
    } else {
      aside.goOn(worker, left);
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
      boolean last = queue.isEnded(); // before the look for more, or that might come in between
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
    if (state.othersAreApart && goesApart(worker)) {
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

  private boolean handledAtOnce(Worker worker) throws IOException {
    if (cursor.isRefused()
        || cursor.pieceLength() > MAX_AT_ONCE
        || (state.othersAreApart && aside.holdsBack(cursor.subjects(session)))
        || !worker.exchange.handleAtOnce(cursor.array(), cursor.offset(), cursor.length())) {
      return false;
    }
    receipts.passed(cursor.pass());
    return true;
  }

  /**
   * Has the packet at hand queue apart if it must not overtake one there.
   *
   * @return false if it may be handled now
   */
  private boolean goesApart(Worker worker) throws IOException {
    Subjects subjects = cursor.subjects(session);
    if (!aside.holdsBack(subjects)) {
      return false;
    }
    worker.exchange.flush();
    int offset = cursor.offset();
    return aside.takes(
        subjects, Arrays.copyOfRange(cursor.array(), offset, offset + cursor.length()));
  }

  /** All packets are through, or no more can be handled. */
  private void finish() {
    List<Cancellation> waiting = List.of();
    state.lock.lock();
    try {
      if (!state.isDraining || state.failure != null) { // the client cannot ask for their end
        waiting = state.apart.giveUpAll();
      }
    } finally {
      state.lock.unlock();
    }
    waiting.forEach(Cancellation::cancel);
    @Nullable Throwable failed = state.awaitNothingApart();
    finished.countDown();
    around.ended(failed);
  }
}
