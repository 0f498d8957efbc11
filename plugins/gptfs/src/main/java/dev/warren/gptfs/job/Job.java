package dev.warren.gptfs.job;

import dev.warren.gptfs.store.JobStore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A job that is known to this process. Whoever changes {@link #record()} holds {@link #lock()},
 * from the look at the old record until the store and the outbox agree with the new one; that is
 * the fence which keeps an overtaken attempt from publishing. Reading needs no lock.
 */
public final class Job implements JobStore.Owner {
  private final ReentrantLock lock = new ReentrantLock();
  private final Stepped stepped;
  private final Condition ended = lock.newCondition();
  private volatile JobRecord record;
  private volatile @Nullable Runnable attempt;
  private volatile boolean removed;
  private volatile boolean lost;
  private volatile boolean isNew;
  private volatile long fence;
  private final AtomicInteger unwritten = new AtomicInteger();
  private volatile boolean saysHeld;
  private volatile boolean read;
  private volatile @Nullable Object turn;
  private long heldBytes = -1;

  /**
   * A job as it stands.
   *
   * @param stepped hears of each step: the record before, and the one after; null for none
   */
  Job(JobRecord record, Stepped stepped) {
    this.record = record;
    this.stepped = stepped;
  }

  /** It is made here: its row is still to be inserted. */
  void isMadeHere() {
    isNew = true;
    fence = 1;
  }

  /**
   * This host owns it from now on.
   *
   * @param number of its row
   */
  void owned(long number) {
    fence = number;
  }

  @Override
  public long fence() {
    return fence;
  }

  @Override
  public boolean isNew() {
    return isNew;
  }

  @Override
  public void writing(boolean frees) {
    unwritten.incrementAndGet();
    isNew = false;
    if (frees) {
      fence = 0;
    }
  }

  @Override
  public void written() {
    unwritten.decrementAndGet();
  }

  /**
   * What stands here is of no more use, and nothing is done with it any more; who asks for the job
   * gets another object. Called by any thread, without the lock.
   */
  @Override
  public void lost() {
    if (!lost) {
      lost = true;
      fence = 0;
      stepped.lost(this);
    }
  }

  /** Whether {@link #lost()} was called. */
  public boolean isLost() {
    return lost;
  }

  /** Whether this host owns it, where hosts share the store. */
  public boolean isOwned() {
    return fence > 0;
  }

  /** Whether a write of it is queued. */
  boolean isUnwritten() {
    return unwritten.get() > 0;
  }

  /** Whether what stands here is newer than its row, or the same. */
  boolean isMine() {
    return !lost && (fence > 0 || unwritten.get() > 0);
  }

  /** The lock is free, and this is what another host has written: stands here from now on. */
  boolean refresh(JobRecord newest) {
    if (!lock.tryLock()) {
      return false;
    }
    try {
      if (!isMine() && !lost) {
        record = newest;
        ended.signalAll();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Hears of steps. */
  interface Stepped {
    /** One step; without a next record the job is gone. */
    void from(Job job, JobRecord before, @Nullable JobRecord next);

    /** Another host owns it; without its lock. */
    void lost(Job job);
  }

  /** Guards every change. */
  public ReentrantLock lock() {
    return lock;
  }

  /** What is known now. */
  public JobRecord record() {
    return record;
  }

  /** Makes the next step; wakes who waits for the end. */
  public void record(JobRecord next) {
    requireLock();
    JobRecord before = record;
    record = next;
    stepped.from(this, before, next);
    ended.signalAll();
  }

  /** Signalled at every step and at {@link #remove()}. */
  public Condition changed() {
    return ended;
  }

  /** What ends the running call, set while there is one. */
  public void attempt(@Nullable Runnable cancel) {
    requireLock();
    attempt = cancel;
  }

  /** Ends the running call, if there is one; its result will be discarded. */
  public void cancelAttempt() {
    Runnable running = attempt;
    if (running != null) {
      running.run();
    }
  }

  /** Whether its status says that its endpoint is held. */
  public boolean saysHeld() {
    return saysHeld;
  }

  /** Its status says so, or does not. */
  public void saysHeld(boolean held) {
    saysHeld = held;
  }

  /**
   * Whether a client has looked at what is published of it, perhaps before it ended; the record
   * says it of an end.
   */
  public boolean isRead() {
    return read;
  }

  /** A client has, or there is something new to look at. */
  public void read(boolean is) {
    read = is;
  }

  /** What stands in the row for it; another one that does is out of date. */
  public @Nullable Object turn() {
    return turn;
  }

  /** Something new stands in the row for it. */
  public void turn(@Nullable Object task) {
    turn = task;
  }

  /** Whether it is out of the table, or another host's. */
  public boolean isRemoved() {
    return removed || lost;
  }

  /** Says that it is out of the table. */
  public void remove() {
    requireLock();
    removed = true;
    stepped.from(this, record, null);
    ended.signalAll();
  }

  /** The bytes that it takes of what may wait; -1 if it takes no place at all. */
  public long heldBytes() {
    return heldBytes;
  }

  /** Sets {@link #heldBytes()}. */
  public void heldBytes(long bytes) {
    requireLock();
    heldBytes = bytes;
  }

  private void requireLock() {
    if (!lock.isHeldByCurrentThread()) {
      throw new IllegalStateException("a job is changed without its lock");
    }
  }
}
