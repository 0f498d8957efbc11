package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.api.database.Database;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.store.SharedJobs;
import dev.warren.gptfs.store.SharedJobs.Taken;
import dev.warren.gptfs.time.SharedTimers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This host's part in sharing jobs: claims free jobs while it has free workers, and applies what
 * other hosts have changed. Thread-safe.
 */
public final class Sharing implements AutoCloseable {
  /**
   * How often a host looks for free jobs, and for new settings and states of gates, without a
   * notice: a notice may be lost.
   */
  private static final Duration POLL = Duration.ofSeconds(10);

  /** How often the free jobs are counted, while there are any. */
  private static final Duration COUNT = Duration.ofSeconds(1);

  /** The largest number of jobs claimed in one transaction, since other writes wait for it. */
  private static final int MOST_AT_ONCE = 64;

  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

  /** How long a host with nothing to do waits, unless {@link #poll} or a notice wakes it. */
  private static final Duration IDLE = Duration.ofHours(1);

  private final SharedJobs shared;
  private final Spool spool;
  private final Services services;
  private final Settler settler;
  private final Recovery recovery;
  private final Corrections corrections;
  private final SharedGates gates;
  private final SharedSettings settings;
  private final @Nullable CallLimit limit;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Semaphore wakes = new Semaphore(0);
  private final Queue<Job> lost = new ConcurrentLinkedQueue<>();
  private final Queue<String> changed = new ConcurrentLinkedQueue<>();
  private final SharedTimers clock;
  private final HostLease lease;
  private final Thread claims =
      Thread.ofPlatform().daemon().name("gptfs-claims").unstarted(this::claim);
  private volatile boolean refreshes;
  private volatile boolean mayBeWork = true;
  private volatile boolean looksForWork;
  private Database.Subscription subscription = NONE;
  private String lane = "";
  private int waiting;
  private long countedAt = System.nanoTime() - COUNT.toNanos();

  /** Whether the thread's last attempt has failed: only the first failure of a series is logged. */
  private boolean claimFails;

  private static final Database.Subscription NONE =
      new Database.Subscription() {
        @Override
        public boolean isHearing() {
          return false;
        }

        @Override
        public void close() {}
      };

  /** Submits files again that a dead host has left. */
  public interface Settler {
    /** Submits the file of a job again. */
    void settle(Job job) throws FsException;

    /** The files in the inbox that have no job and are not being written. */
    Set<VfsPath> unknown() throws FsException;

    /** Submits those of the files that still have no job. */
    void submit(Set<VfsPath> files) throws FsException;
  }

  /**
   * Registers with the worker pool; shares no jobs before {@link #start}.
   *
   * @param clock is set to the database's time at each renewal of the lease
   * @param outdated receives the reason if this program must no longer use the tables, perhaps
   *     several times; non-blocking
   */
  public Sharing(
      SharedJobs shared,
      Spool spool,
      Settler settler,
      SharedTimers clock,
      Consumer<String> outdated) {
    this.clock = clock;
    this.shared = shared;
    this.spool = spool;
    this.services = spool.services();
    this.settler = settler;
    this.recovery = new Recovery(spool);
    this.corrections = new Corrections(services, spool.steps());
    this.lease = new HostLease(shared, spool, settler, clock, this::renewed, outdated);
    services.table().whenLost(this::lost);
    this.gates =
        new SharedGates(shared, services.dispatcher(), services.polls(), services.timers());
    this.settings = new SharedSettings(shared, services, gates, this::wake);
    this.limit = limit(shared, services);
    services.dispatcher().whenFree(this::wake);
    services.dispatcher().whenLearnt(this::learnt);
    services.dispatcher().whenDue(this::due);
  }

  private static @Nullable CallLimit limit(SharedJobs shared, Services services) {
    Integer most = services.settings().maxCalls();
    if (most == null) {
      return null;
    }
    CallLimit limit = new CallLimit(shared.calls(), most, services.timers(), services.log());
    services.dispatcher().limit(limit);
    return limit;
  }

  /** Joins the other hosts; blocks until this host's lease is stored. */
  public void start() throws FsException {
    clock.set(shared.beat(0));
    gates.create();
    subscription = shared.subscribe(new Hearing());
    lease.start();
    claims.start();
    services.timers().schedule(POLL, this::poll);
  }

  private void poll() {
    settings.changed();
    looksForWork = true;
    wake();
    if (closed.getCount() > 0) {
      services.timers().schedule(POLL, this::poll);
    }
  }

  /** Handles the notices of hosts. Called by any thread. */
  private final class Hearing implements Database.Listener {
    @Override
    public void heard(String message) {
      if (message.equals(SharedJobs.WORK)) {
        mayBeWork = true;
      } else if (message.equals(SharedJobs.SETTINGS)) {
        settings.changed();
      } else if (message.equals(SharedJobs.CALLS)) {
        if (limit != null) {
          limit.changed();
        }
        return;
      } else if (message.startsWith(SharedJobs.LINES)) {
        spool.batches().changed(message.substring(SharedJobs.LINES.length()));
        return;
      } else if (message.startsWith(SharedJobs.JOB)) {
        changed.add(message.substring(SharedJobs.JOB.length()));
      }
      wake();
    }

    @Override
    public void missed() {
      mayBeWork = true;
      settings.changed();
      refreshes = true;
      wake();
    }
  }

  /** The lease was renewed: what this host still owns is checked. */
  private void renewed() {
    refreshes = true;
    wake();
  }

  private void lost(Job job) {
    lost.add(job);
    wake();
  }

  private void learnt(String endpoint) {
    gates.learnt(endpoint);
    wake();
  }

  private void due(String endpoint) {
    gates.due(endpoint);
    wake();
  }

  private void wake() {
    wakes.release();
  }

  /**
   * Called when this host's lease has expired, so that other hosts may have its jobs. Non-blocking.
   */
  public void expelled() {
    services.log().log(
        System.Logger.Level.WARNING,
        "this host has not renewed its lease of {0} s in time, because it was suspended or the"
            + " database did not answer: other hosts take over its jobs, and results that it has"
            + " not stored are discarded",
        shared.member().lease().toSeconds());
    refreshes = true; // finds out what this host still owns
    wake();
  }

  private void claim() {
    Duration pause = Duration.ZERO;
    while (closed.getCount() > 0) {
      try {
        boolean polls = !wakes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        int _ = wakes.drainPermits();
        tidy();
        boolean heard = hear();
        boolean claimed = claimFree(polls && heard); // not each time a notice is handled again
        count();
        pause = claimed ? Duration.ZERO : !heard ? AFTER_FAILURE : mayHaveWork() ? COUNT : IDLE;
        claimFails = false;
      } catch (FsException e) {
        if (!claimFails) {
          spool.steps().log("the jobs that hosts share cannot be claimed, which is tried again", e);
        }
        claimFails = true;
        pause = isClosed(AFTER_FAILURE) ? Duration.ZERO : COUNT;
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException | Error e) { // without the thread, the host would do nothing more
        HostLease.report(
            services, "claiming the jobs that hosts share failed, and is tried again", e);
        pause = isClosed(AFTER_FAILURE) ? Duration.ZERO : COUNT;
      }
    }
  }

  private boolean isClosed(Duration pause) {
    try {
      return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      return true;
    }
  }

  private boolean mayHaveWork() {
    return waiting > 0 || mayBeWork;
  }

  /** Counts the free jobs, once a second at most: they use up the quota of each host. */
  private void count() throws FsException {
    long now = System.nanoTime();
    if (mayHaveWork() && now - countedAt >= COUNT.toNanos()) {
      countedAt = now;
      SharedJobs.Free free = shared.free(services.settings().limits().queued());
      waiting = free.jobs();
      spool.quota().elsewhere(free.jobs(), free.bytes());
    }
  }

  /** Ends what this host still does for jobs that it has lost. */
  private void tidy() {
    for (Job job = lost.poll(); job != null; job = lost.poll()) {
      job.lock().lock();
      try {
        job.cancelAttempt();
        job.attempt(null);
        spool.steps().release(job);
        job.changed().signalAll();
      } finally {
        job.lock().unlock();
      }
      corrections.later(job);
    }
  }

  /** Applies the notices; false if some of them have to be handled again soon. */
  private boolean hear() throws FsException {
    settings.read();
    Set<String> left = new HashSet<>();
    for (String id = changed.poll(); id != null; id = changed.poll()) {
      left.add(id);
    }
    try {
      refresh(left);
      for (String id : Set.copyOf(left)) {
        spool.batches().shares().refresh(id);
        if (services.table().refresh(id)) {
          left.remove(id);
        }
      }
    } finally {
      changed.addAll(left);
    }
    return left.isEmpty() && settings.isCurrent();
  }

  /**
   * Compares what this host owns with the database, if they may differ.
   *
   * @param ids gets the ids of the jobs that are to be read again
   */
  private void refresh(Set<String> ids) throws FsException {
    if (!refreshes) {
      return;
    }
    refreshes = false; // first, as above
    boolean done = false;
    try {
      shared.disown(services.table()::mine); // here: all claimed jobs are in the table
      ids.addAll(services.table().foreign());
      ids.addAll(services.table().mine()); // another host may have taken some of them
      spool.batches().refresh();
      if (limit != null) {
        limit.refresh();
      }
      done = true;
    } finally {
      if (!done) {
        refreshes = true;
      }
    }
  }

  /**
   * Claims what this host has workers for: jobs first, then lines of batches.
   *
   * @param polls whether to try even without a notice
   * @return whether there may be more to claim at once
   */
  private boolean claimFree(boolean polls) throws FsException {
    int idle = Math.min(MOST_AT_ONCE, services.dispatcher().free());
    // Jobs that have waited for a worker of any host take turns with the lines of batches.
    int free = waiting > 0 ? Math.min(MOST_AT_ONCE, services.dispatcher().freeBesideParts()) : idle;
    if (free <= 0 || !(mayBeWork || polls || isFree())) {
      return false;
    }
    mayBeWork = false; // before the work: a later notice sets it again
    boolean isMore = true;
    try {
      List<Taken> taken = shared.claim(free, lane);
      for (Taken one : taken) {
        lane = one.lane();
        takeUp(one);
      }
      boolean isFull = spool.batches().shares().claim(shared.lines());
      isMore = isFull || taken.size() == free;
    } finally {
      if (isMore) {
        mayBeWork = true; // even after a failure
      }
    }
    return isMore;
  }

  /** Looks whether there is something to claim, if it is time to. */
  private boolean isFree() throws FsException {
    if (!looksForWork) {
      return false;
    }
    boolean isFree = shared.isFree();
    looksForWork = false;
    return isFree;
  }

  private void takeUp(Taken taken) {
    Job job = null;
    try {
      job = services.table().claimed(taken);
      proceed(job);
    } catch (RuntimeException | Error e) { // concerns this job; the others continue
      HostLease.report(
          services, "a job cannot be continued, and is given up for any host to claim", e);
      if (job != null) {
        job.lost();
      }
    }
  }

  private void proceed(Job job) {
    if (isToSettle(job)) {
      settle(job); // without the job's lock, which must be acquired last
      return;
    }
    job.lock().lock();
    try {
      if (!job.isOwned()) {
        return; // another host has taken it
      }
      recovery.hold(job);
      if (job.record().state().isEnded()) {
        spool.steps().release(job);
        recovery.announce(job);
      } else {
        recovery.resume(job);
      }
    } catch (FsException e) {
      spool.steps().letGo(job, e);
    } finally {
      job.lock().unlock();
    }
  }

  private static boolean isToSettle(Job job) {
    return job.isOwned() && job.record().state() == JobState.SETTLING;
  }

  private void settle(Job job) {
    try {
      settler.settle(job);
    } catch (FsException e) {
      spool.steps().letGo(job, e); // or this host would own it for ever
    }
  }

  /** The settings that all hosts share. */
  public SharedSettings settings() {
    return settings;
  }

  /** The hosts that share the jobs. */
  public List<SharingHost> hosts() throws FsException {
    return shared.hosts().stream().map(SharedJobs.Host::shown).toList();
  }

  /**
   * Stops claiming jobs, and blocks until the threads have ended; {@link #leave} frees the jobs.
   */
  @Override
  public void close() {
    subscription.close();
    closed.countDown();
    wake();
    lease.close();
    HostLease.join(claims);
  }

  /** Frees this host's jobs for the other hosts; called when no call is in flight any more. */
  public void leave() {
    try {
      corrections.close();
      services.table().loseAll();
      shared.leave();
    } catch (FsException e) {
      spool.steps().log("the other hosts wait for this one's lease to end", e);
    }
  }
}
