package dev.warren.namespace.calls;

import dev.warren.api.BlockingCalls;
import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.namespace.calls.PendingCall.Requirement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which one mount's calls block in the operating system. They are created on demand,
 * up to a limit, and end when they have been idle for a while. The most recently busy thread is
 * reused first, so that few threads remain. When all are busy, calls wait in the order of their
 * arrival. Thread-safe.
 */
public final class CallPool implements BlockingCalls, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CallPool.class);

  /** How many calls of one mount may block in the operating system at the same time. */
  public static final int MOST_THREADS = 64;

  /** How long an idle thread remains. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** If all threads are busy and the oldest call takes longer than this, a warning is logged. */
  private static final Duration LONG = Duration.ofSeconds(10);

  /** The shortest time between two such warnings. */
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

  private final String name;
  private final int mostThreads;
  private final Duration idle;
  private final Object lock = new Object();
  private final Set<Worker> workers = new LinkedHashSet<>();
  private final Deque<Worker> free = new ArrayDeque<>();
  private final SequencedSet<PendingCall<?>> queue = new LinkedHashSet<>();
  private final BlockingCalls patient = new Patient();
  private long lastNumber;
  private @Nullable Long lastWarning;
  private boolean closed;

  /**
   * Creates a pool without threads.
   *
   * @param name the name of its mount, for people: {@code localfs at /local}
   */
  public CallPool(String name) {
    this(name, MOST_THREADS, IDLE);
  }

  CallPool(String name, int mostThreads, Duration idle) {
    this.name = name;
    this.mostThreads = mostThreads;
    this.idle = idle;
  }

  @Override
  public <T extends @Nullable Object> T call(String operation, VfsPath path, Call<T> call)
      throws FsException {
    return call(operation, path, call, Requirement.CANCELLABLE);
  }

  private <T extends @Nullable Object> T call(
      String operation, VfsPath path, Call<T> call, Requirement requirement) throws FsException {
    if (Thread.currentThread() instanceof Worker worker && worker.pool() == this) {
      // part of a call that already runs on a thread of this pool
      return BlockingCalls.direct().call(operation, path, call);
    }
    PendingCall<T> pending =
        new PendingCall<>(operation, path, call, Cancellation.current(), requirement);
    submit(pending);
    try {
      return pending.await();
    } finally {
      if (pending.isAbandoned()) {
        drop(pending);
      }
    }
  }

  @Override
  public void start(String operation, VfsPath path, Command command) {
    PendingCall<@Nullable Void> pending =
        new PendingCall<>(
            operation,
            path,
            _ -> {
              command.run();
              return null;
            },
            new Cancellation(),
            Requirement.NONE);
    try {
      submit(pending);
    } catch (FsException e) {
      log.debug("{}: {} {} was not started", name, operation, path, e);
    }
  }

  /**
   * Returns the same threads for calls whose requesters cannot give up: they wait even if {@link
   * Cancellation#current()} is cancelled, until the pool is closed.
   */
  public BlockingCalls patient() {
    return patient;
  }

  private final class Patient implements BlockingCalls {
    @Override
    public <T extends @Nullable Object> T call(String operation, VfsPath path, Call<T> call)
        throws FsException {
      return CallPool.this.call(operation, path, call, Requirement.PATIENT);
    }

    @Override
    public void start(String operation, VfsPath path, Command command) {
      CallPool.this.start(operation, path, command);
    }
  }

  private void submit(PendingCall<?> call) throws FsException {
    BlockedCalls stuck = null;
    synchronized (lock) {
      if (closed) {
        throw ended();
      }
      Worker worker = free.pollFirst();
      if (worker != null) {
        worker.hand(call);
      } else if (workers.size() >= mostThreads || !startWorker(call)) {
        queue.add(call);
        stuck = warning();
      }
    }
    if (stuck != null) {
      log.warn(
          "{}: {} calls block in the operating system, {} more wait for a thread: {}",
          name,
          stuck.running().size(),
          stuck.queued(),
          stuck.describe());
    }
  }

  /**
   * Starts a thread for a call; returns false if that failed and an existing thread will run the
   * call.
   *
   * @throws FsException EAGAIN if there is no other thread
   */
  private boolean startWorker(PendingCall<?> call) throws FsException {
    Worker worker = new Worker(this, name + " " + ++lastNumber, call);
    try {
      worker.start();
      workers.add(worker);
      return true;
    } catch (OutOfMemoryError e) { // the JVM throws this if the system cannot create a thread
      if (workers.isEmpty()) {
        throw new FsException(Errno.EAGAIN, name + ": there is no thread for the call", e);
      }
      return false;
    }
  }

  private @Nullable BlockedCalls warning() {
    long now = System.nanoTime();
    if (lastWarning != null && now - lastWarning < BETWEEN_WARNINGS.toNanos()) {
      return null;
    }
    BlockedCalls blocked = blockedNow(now);
    if (blocked.oldest().compareTo(LONG) < 0) {
      return null;
    }
    lastWarning = now;
    return blocked;
  }

  /** Returns the next call for an idle thread; null if the thread must end. */
  private @Nullable PendingCall<?> next(Worker worker) {
    synchronized (lock) {
      if (!queue.isEmpty()) {
        PendingCall<?> call = queue.removeFirst();
        worker.take(call);
        return call;
      }
      if (closed) {
        ended(worker);
        return null;
      }
      free.addFirst(worker);
    }
    PendingCall<?> handed = worker.awaitHanded(idle);
    if (handed != null) {
      return handed;
    }
    synchronized (lock) {
      if (free.remove(worker)) {
        ended(worker);
        return null;
      }
    }
    return worker.takeHanded(); // handed over while it timed out
  }

  private void ended(Worker worker) {
    workers.remove(worker);
    lock.notifyAll();
  }

  private void drop(PendingCall<?> call) {
    synchronized (lock) {
      queue.remove(call);
    }
  }

  private FsException ended() {
    return new FsException(Errno.EIO, name + " is being unmounted");
  }

  /** How many threads are idle. */
  int free() {
    synchronized (lock) {
      return free.size();
    }
  }

  /** Returns the calls that currently block. */
  public BlockedCalls blocked() {
    synchronized (lock) {
      return blockedNow(System.nanoTime());
    }
  }

  private BlockedCalls blockedNow(long now) {
    List<BlockedCalls.Running> running = new ArrayList<>();
    for (Worker worker : workers) {
      PendingCall<?> call = worker.current();
      BlockedCalls.Running described = call == null ? null : call.describe(now);
      if (described != null) {
        running.add(described);
      }
    }
    return new BlockedCalls(running, queue.size());
  }

  /**
   * Lets cancellable requesters stop waiting, but not {@link #patient} ones; the threads continue.
   */
  public void release() {
    leave(false);
  }

  private void leave(boolean all) {
    List<PendingCall<?>> calls = new ArrayList<>();
    synchronized (lock) {
      calls.addAll(queue);
      for (Worker worker : workers) {
        PendingCall<?> call = worker.current();
        if (call != null) {
          calls.add(call);
        }
      }
    }
    for (PendingCall<?> call : calls) {
      if (all || call.requirement() == Requirement.CANCELLABLE) {
        call.leave(new FsException(Errno.EIO, name + " does not answer"));
      }
    }
  }

  /**
   * Accepts no more calls and lets all requesters stop waiting. The threads end as soon as their
   * calls return.
   */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      free.forEach(Worker::wake);
    }
    leave(true);
    synchronized (lock) {
      queue.removeIf(PendingCall::isAbandoned);
    }
  }

  /** Waits, after {@link #close()}, until all calls have returned. */
  public void awaitEnd() throws InterruptedException {
    synchronized (lock) {
      while (!workers.isEmpty()) {
        lock.wait();
      }
    }
  }

  /** Like {@link #awaitEnd()}, for a limited time; returns whether all calls have returned. */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (lock) {
      while (!workers.isEmpty()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        lock.wait(left / 1_000_000, (int) (left % 1_000_000));
      }
    }
    return true;
  }

  /** A thread of the pool. */
  private static final class Worker extends Thread {
    private final CallPool pool;
    private volatile @Nullable PendingCall<?> current;
    private volatile @Nullable PendingCall<?> handed;
    private volatile boolean awake;

    Worker(CallPool pool, String name, PendingCall<?> first) {
      super(null, null, name, 0, false);
      this.pool = pool;
      this.current = first;
      setDaemon(true);
      // otherwise it would be the class loader of the first plugin served, which then could not be
      // unloaded
      setContextClassLoader(ClassLoader.getSystemClassLoader());
    }

    CallPool pool() {
      return pool;
    }

    @Nullable PendingCall<?> current() {
      return current;
    }

    @Override
    public void run() {
      PendingCall<?> call = current;
      while (call != null) {
        call.run();
        current = null;
        call = pool.next(this);
      }
    }

    /** Called under the pool's lock. */
    void take(PendingCall<?> call) {
      current = call;
    }

    /** Called under the pool's lock. */
    void hand(PendingCall<?> call) {
      current = call;
      handed = call;
      LockSupport.unpark(this);
    }

    void wake() {
      awake = true;
      LockSupport.unpark(this);
    }

    @Nullable PendingCall<?> awaitHanded(Duration atMost) {
      long end = System.nanoTime() + atMost.toNanos();
      while (handed == null && !awake) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return null;
        }
        LockSupport.parkNanos(this, left);
      }
      return takeHanded();
    }

    @Nullable PendingCall<?> takeHanded() {
      PendingCall<?> call = handed;
      handed = null;
      return call;
    }
  }
}
