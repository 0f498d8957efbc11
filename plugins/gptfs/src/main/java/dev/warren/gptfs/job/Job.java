package dev.warren.gptfs.job;

import dev.warren.gptfs.store.JobStore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A job in this process's memory. {@link #record()} changes only under {@link #lock()}, which is
 * held from reading the old record until the store and the outbox have the new one: an outdated
 * attempt cannot publish. Reading needs no lock.
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
  private volatile @Nullable Object statusRetry;
  private volatile boolean untold;
  private long heldBytes = -1;

  /**
   * A job with its newest record.
   *
   * @param stepped notified of each step
   */
  Job(JobRecord record, Stepped stepped) {
    this.record = record;
    this.stepped = stepped;
  }

  /** Marks the job as new and owned by this host: its row is still to be inserted. */
  void isMadeHere() {
    isNew = true;
    fence = 1;
  }

  /**
   * This host owns the job from now on.
   *
   * @param number the fence of its row
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
   * This object is void: nothing more is done with it, and a lookup of the job returns another
   * object. Called by any thread; needs no lock.
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

  /** Whether this host owns the job; false unless hosts share the store. */
  public boolean isOwned() {
    return fence > 0;
  }

  /** Whether a write of the job is queued. */
  boolean isUnwritten() {
    return unwritten.get() > 0;
  }

  /** Whether this object is at least as new as the job's row. */
  boolean isMine() {
    return !lost && (fence > 0 || unwritten.get() > 0);
  }

  /**
   * Takes over what another host has written, unless this object is newer or lost. Non-blocking.
   *
   * @return false if the lock is held, so that nothing was done
   */
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

  /** Listens to the steps of jobs. */
  interface Stepped {
    /** The job has made a step; it was removed if the next record is null. */
    void from(Job job, JobRecord before, @Nullable JobRecord next);

    /** The job is {@linkplain Job#lost() lost}. */
    void lost(Job job);
  }

  /** Guards every change. */
  public ReentrantLock lock() {
    return lock;
  }

  /** The newest record. */
  public JobRecord record() {
    return record;
  }

  /** Makes the next step, and wakes the threads that wait for one. The caller holds the lock. */
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

  /** Sets what cancels the in-flight call; null if there is none. The caller holds the lock. */
  public void attempt(@Nullable Runnable cancel) {
    requireLock();
    attempt = cancel;
  }

  /** Cancels the in-flight call, if there is one; its result will be discarded. */
  public void cancelAttempt() {
    Runnable running = attempt;
    if (running != null) {
      running.run();
    }
  }

  /** Whether the job's published status says that its endpoint is held. */
  public boolean saysHeld() {
    return saysHeld;
  }

  /** Sets {@link #saysHeld()}. */
  public void saysHeld(boolean held) {
    saysHeld = held;
  }

  /**
   * Whether a client has opened what is published of the job, perhaps before it ended; {@link
   * JobRecord#readAt()} is about its end.
   */
  public boolean isRead() {
    return read;
  }

  /** Sets {@link #isRead()}: false once there is something new to read. */
  public void read(boolean is) {
    read = is;
  }

  /** The job's current task; any other task in the queue is out of date. */
  public @Nullable Object turn() {
    return turn;
  }

  /** Sets {@link #turn()}. */
  public void turn(@Nullable Object task) {
    turn = task;
  }

  /**
   * The scheduled attempt to write the job's status again; null unless the last attempt has failed.
   */
  public @Nullable Object statusRetry() {
    return statusRetry;
  }

  /** Sets {@link #statusRetry()}. The caller holds the lock. */
  public void statusRetry(@Nullable Object scheduled) {
    requireLock();
    statusRetry = scheduled;
  }

  /**
   * Whether this host has taken the job over from one that had not published its end: this host has
   * to publish it.
   */
  public boolean isUntold() {
    return untold;
  }

  /** Sets {@link #isUntold()}. The caller holds the lock. */
  public void untold(boolean is) {
    requireLock();
    untold = is;
  }

  /** Whether the job was removed from the table, or this object is {@linkplain #lost() lost}. */
  public boolean isRemoved() {
    return removed || lost;
  }

  /** Marks the job as removed from the table. The caller holds the lock. */
  public void remove() {
    requireLock();
    removed = true;
    stepped.from(this, record, null);
    ended.signalAll();
  }

  /** The bytes that the job uses of the quota; -1 if it uses no slot of it. */
  public long heldBytes() {
    return heldBytes;
  }

  /** Sets {@link #heldBytes()}. The caller holds the lock. */
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
