package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.session.Apart.Held;
import dev.warren.sftp.session.Worker.Phase;
import dev.warren.sftp.wire.PacketQueue;
import dev.warren.sftp.wire.Transport;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a session in the order in which they came. They are handled one after the other,
 * by one thread at a time: by the one that reads the connection as long as nothing has to wait,
 * from there on by a thread that may wait, until it has nothing left to do.
 *
 * <p>A request that waits while others are behind it leaves the row: its thread goes on with it
 * alone, and another takes the row over. What must not overtake it queues behind it, {@link Apart},
 * and so does what must not overtake that. Thread-safe.
 */
public final class Row {
  /** How much is handled before the client is told that it may send as much again. */
  private static final int RELEASE_STEP = 256 * 1024;

  /**
   * What comes in larger pieces is content: the thread that reads decrypts the next while another
   * one writes it.
   */
  private static final int MAX_AT_ONCE = 16 * 1024;

  private final Session session;
  private final PacketQueue queue;
  private final Transport transport;
  private final Surroundings around;
  private final CountDownLatch finished = new CountDownLatch(1);

  /** Fair, so that a row that is busy does not keep those from answering that have left it. */
  private final ReentrantLock way = new ReentrantLock(true);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // The following are guarded by the lock.
  private final Apart apart = new Apart();
  private Worker inRow;
  private boolean isTaken; // somebody handles packets
  private boolean isWatched; // somebody will look whether the one in the row waits
  private boolean isStarted;
  private boolean isDraining;
  private boolean isAborted;
  private @Nullable Throwable failure;

  // The following are for who has taken the row, and for who has the lock while that one waits.
  private final Cursor cursor;
  private boolean othersAreApart;
  private long consumed; // and not released yet

  /**
   * A row.
   *
   * @param queue where packets come from
   * @param transport where replies go
   */
  public Row(Session session, PacketQueue queue, Transport transport, Surroundings around) {
    this.session = session;
    this.queue = queue;
    this.transport = transport;
    this.around = around;
    this.cursor = new Cursor(queue);
    this.inRow = worker(Phase.IN_ROW);
  }

  private Worker worker(Phase phase) {
    return new Worker(this, phase, new SharedTransport(transport, way), session);
  }

  /** Starts to handle packets. Once. */
  public void start() {
    Worker first = inRow;
    lock.lock();
    try {
      isStarted = true;
    } finally {
      lock.unlock();
    }
    around.start(
        () -> {
          take();
          run(first);
        });
  }

  /** Packets have come. On a thread that is not for handling them. */
  public void arrived() {
    lock.lock();
    try {
      watchIfWaiting();
    } finally {
      lock.unlock();
    }
    queue.wake();
  }

  /** Packets have come. The thread handles them as far as nothing has to wait. */
  public void handleAtOnce() {
    Worker worker = takeIfFree();
    if (worker != null) {
      try {
        if (worker.transport.tryTake()) {
          while (!queue.isEnded() && cursor.advance() && handledAtOnce(worker)) {}
          worker.exchange.flush();
          release();
        }
      } catch (Throwable e) { // as in run: this thread is also others'
        fail(e);
      } finally {
        worker.transport.betweenReplies();
        cursor.putBack();
        giveUp();
      }
    }
    queue.wake();
  }

  /** Handles what has arrived, and nothing after it. */
  public void drain() {
    lock.lock();
    try {
      isDraining = true;
    } finally {
      lock.unlock();
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
    lock.lock();
    try {
      isAborted = true;
      ending = new ArrayList<>(apart.giveUpAll());
      ending.add(inRow.cancellation);
      unused = apart.dropQueued() + (isStarted ? 0 : ChannelMemory.WORKER);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    memory().giveBack(Use.REQUESTS, unused);
    ending.forEach(Cancellation::cancel);
  }

  // ---- who has the row

  private @Nullable Worker takeIfFree() {
    lock.lock();
    try {
      if (isTaken) {
        watchIfWaiting();
        return null;
      }
      isTaken = true;
      return inRow;
    } finally {
      lock.unlock();
    }
  }

  private void take() {
    lock.lock();
    try {
      while (isTaken) {
        changed.awaitUninterruptibly();
      }
      isTaken = true;
    } finally {
      lock.unlock();
    }
  }

  private void giveUp() {
    lock.lock();
    try {
      isTaken = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // ---- what who has the row does

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
      fail(e);
    } finally {
      worker.transport.betweenReplies();
    }
    Held left = worker.left;
    if (left == null) {
      finish();
      memory().giveBack(Use.REQUESTS, ChannelMemory.WORKER);
    } else {
      goOnApart(worker, left);
    }
  }

  private void renew(Worker worker) {
    boolean isOver;
    lock.lock();
    try {
      worker.cancellation = new Cancellation();
      worker.isOneTooMany = false;
      isOver = isAborted;
    } finally {
      lock.unlock();
    }
    if (isOver) {
      worker.cancellation.cancel();
    }
  }

  private End work(Worker worker) throws IOException {
    while (true) {
      boolean last = queue.isEnded(); // before the look for more, or that might come in between
      requireGoingOn();
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
        release();
        if (last) {
          return End.OVER;
        }
        giveUp();
        try {
          queue.await();
        } finally {
          take();
        }
      }
    }
  }

  private void requireGoingOn() throws IOException {
    lock.lock();
    try {
      if (isAborted || failure != null) {
        throw new ClosedChannelException();
      }
    } finally {
      lock.unlock();
    }
  }

  private void handle(Worker worker) throws IOException {
    if (othersAreApart && goesApart(worker)) {
      passed(cursor.pass());
      return;
    }
    worker.request++;
    if (cursor.isRefused()) {
      worker.exchange.refuse(cursor.array(), cursor.offset(), cursor.length());
    } else {
      worker.exchange.handle(cursor.array(), cursor.offset(), cursor.length());
    }
    if (worker.left == null) {
      passed(cursor.pass());
    }
  }

  private boolean handledAtOnce(Worker worker) throws IOException {
    if (cursor.isRefused()
        || cursor.pieceLength() > MAX_AT_ONCE
        || (othersAreApart && isHeldBack(subjectsAtHand()))
        || !worker.exchange.handleAtOnce(cursor.array(), cursor.offset(), cursor.length())) {
      return false;
    }
    passed(cursor.pass());
    return true;
  }

  private void passed(int bytes) throws IOException {
    consumed += bytes;
    if (consumed >= RELEASE_STEP) {
      release();
    }
  }

  private void release() throws IOException {
    if (consumed > 0) {
      long released = consumed;
      consumed = 0;
      around.release(released);
    }
  }

  private Subjects subjectsAtHand() {
    return Subjects.of(cursor.array(), cursor.offset(), cursor.length(), session);
  }

  private boolean isHeldBack(Subjects subjects) {
    lock.lock();
    try {
      othersAreApart = !apart.isEmpty();
      return apart.holdsBack(subjects);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has the packet at hand queue apart if it must not overtake one there. While there is no room
   * the row waits: without order nothing is done, and memory has an end.
   *
   * @return false if it may be handled now
   */
  private boolean goesApart(Worker worker) throws IOException {
    Subjects subjects = subjectsAtHand();
    if (!isHeldBack(subjects)) {
      return false;
    }
    worker.exchange.flush();
    int offset = cursor.offset();
    byte[] packet = Arrays.copyOfRange(cursor.array(), offset, offset + cursor.length());
    List<Cancellation> reads;
    lock.lock();
    try {
      reads = apart.giveUpReadsFor(subjects);
    } finally {
      lock.unlock();
    }
    reads.forEach(Cancellation::cancel);
    lock.lock();
    try {
      while (apart.holdsBack(subjects)) {
        if (queues(subjects, packet)) {
          return true;
        }
        requireGoingOn();
        changed.awaitUninterruptibly();
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean queues(Subjects subjects, byte[] packet) {
    if (!apart.hasRoomFor(packet) || !memory().tryTake(Use.REQUESTS, Apart.memory(packet))) {
      return false;
    }
    apart.queue(subjects, packet);
    return true;
  }

  private ChannelMemory memory() {
    return session.memory();
  }

  /** All packets are through, or no more can be handled. */
  private void finish() {
    List<Cancellation> waiting = List.of();
    lock.lock();
    try {
      if (!isDraining || failure != null) { // the client cannot ask for their end any more
        waiting = apart.giveUpAll();
      }
    } finally {
      lock.unlock();
    }
    waiting.forEach(Cancellation::cancel);
    Throwable failed;
    lock.lock();
    try {
      while (!apart.isEmpty() && !isAborted) {
        changed.awaitUninterruptibly();
      }
      failed = failure;
    } finally {
      lock.unlock();
    }
    finished.countDown();
    around.ended(failed);
  }

  private void fail(Throwable e) {
    lock.lock();
    try {
      if (failure == null) {
        failure = e;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    queue.end();
  }

  // ---- who waits, and who leaves

  void waitBegins(Worker worker) {
    lock.lock();
    try {
      worker.phase = Phase.WAITING;
      if (!isWatched && cursor.hasMore()) {
        watch(worker);
      }
    } finally {
      lock.unlock();
    }
  }

  void waitEnds(Worker worker) {
    lock.lock();
    try {
      if (worker.phase == Phase.WAITING) {
        worker.phase = Phase.IN_ROW;
      }
    } finally {
      lock.unlock();
    }
  }

  private void watchIfWaiting() {
    if (!isWatched && inRow.phase == Phase.WAITING) {
      watch(inRow);
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
    lock.lock();
    try {
      isWatched = false;
      if (isAborted || inRow.phase != Phase.WAITING) {
        return;
      }
      if (!inRow.equals(worker) || worker.request != request) {
        watch(inRow);
        return;
      }
      Subjects subjects = subjectsAtHand();
      if (isInTheWay(subjects)) {
        if (apart.hasRoom() && memory().tryTake(Use.REQUESTS, ChannelMemory.WORKER)) {
          next = leave(worker, subjects);
        } else {
          worker.isOneTooMany = true;
          tooMany = worker.cancellation;
        }
      }
    } finally {
      lock.unlock();
    }
    if (tooMany != null) {
      tooMany.cancel();
    }
    if (next != null) {
      Worker successor = next;
      around.start(() -> run(successor));
    }
  }

  /**
   * Whether anything behind the request at hand would gain if that left the row. Where all would
   * queue behind it apart it stays, which spares the upload of a file to a slow disk all of this.
   */
  private boolean isInTheWay(Subjects waiting) {
    for (Cursor.Packet packet : cursor.behind(Apart.MAX_REQUESTS)) {
      Subjects subjects = Subjects.of(packet.array(), packet.offset(), packet.length(), session);
      boolean queues = waiting.holdBack(subjects) || apart.holdsBack(subjects);
      if (!queues || subjects.endReadOf(waiting)) {
        return true;
      }
    }
    return false;
  }

  /** Takes the worker that waits out of the row; returns who has it now. */
  private Worker leave(Worker waiting, Subjects subjects) {
    waiting.phase = Phase.OUT;
    waiting.left = apart.takeIn(subjects, waiting.cancellation);
    othersAreApart = true;
    consumed += cursor.passOn();
    inRow = worker(Phase.IN_ROW);
    return inRow;
  }

  // ---- what is done apart

  /** Has done what it left the row with; does what queued behind that. */
  private void goOnApart(Worker worker, Held left) {
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
        answerApart(worker, done);
      }
    }
    memory().giveBack(Use.REQUESTS, ChannelMemory.WORKER);
  }

  private boolean startAnother(Held held) {
    if (!memory().tryTake(Use.REQUESTS, ChannelMemory.WORKER)) {
      return false;
    }
    Worker another = worker(Phase.OUT);
    around.start(
        () -> {
          answerApart(another, held);
          goOnApart(another, held);
        });
    return true;
  }

  private List<Held> takeOut(Held done) {
    List<Held> next;
    lock.lock();
    try {
      next = apart.takeOut(done);
      changed.signalAll();
      watchIfWaiting(); // there is room now
    } finally {
      lock.unlock();
    }
    if (done.packet().length > 0) {
      memory().giveBack(Use.REQUESTS, Apart.memory(done.packet()));
    }
    return next;
  }

  private void answerApart(Worker worker, Held held) {
    Cancellation ending = new Cancellation();
    boolean isGivenUp;
    lock.lock();
    try {
      held.begin(ending);
      isGivenUp = held.isGivenUp() || isAborted;
    } finally {
      lock.unlock();
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
    } catch (Throwable e) { // as in the row
      fail(e);
    } finally {
      worker.transport.betweenReplies();
    }
  }
}
