package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.store.SharedJobs;
import dev.warren.gptfs.time.SharedTimers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Renews this host's lease, frees the jobs of hosts whose lease has expired, and submits the files
 * that such a host has left without a job. Thread-safe.
 */
final class HostLease {
  private static final int BEATS_A_LEASE = 3;

  private final SharedJobs shared;
  private final Spool spool;
  private final Sharing.Settler settler;
  private final SharedTimers clock;
  private final Runnable renewed;
  private final Consumer<String> outdated;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("gptfs-lease").unstarted(this::keep);

  /** The files that had no job at the previous renewal of the lease. */
  private Set<VfsPath> orphans = Set.of();

  /** Whether files without a job are to be looked for. */
  private boolean looksForFiles = true;

  /** Whether the last attempt has failed: only the first failure of a series is logged. */
  private boolean fails;

  private long last;
  private long since;

  /**
   * @param clock is set to the database's time at each renewal
   * @param renewed called after each renewal; non-blocking
   * @param outdated receives the reason if this program must no longer use the tables, at each
   *     attempt to renew the lease; non-blocking
   */
  HostLease(
      SharedJobs shared,
      Spool spool,
      Sharing.Settler settler,
      SharedTimers clock,
      Runnable renewed,
      Consumer<String> outdated) {
    this.shared = shared;
    this.spool = spool;
    this.settler = settler;
    this.clock = clock;
    this.renewed = renewed;
    this.outdated = outdated;
  }

  /** Keeps the lease until {@link #close}; it was just obtained. */
  void start() {
    last = System.nanoTime();
    since = last;
    thread.start();
  }

  private void keep() {
    while (!isClosed()) {
      try {
        beat();
        fails = false;
      } catch (FsException e) {
        if (!fails) {
          spool.steps().log("this host's lease cannot be renewed, which is tried again", e);
        }
        fails = true;
      } catch (RuntimeException | Error e) { // without the thread, the host would count as dead
        report(spool.services(), "renewing this host's lease failed, and is tried again", e);
      }
    }
  }

  private void beat() throws FsException {
    long lasts = shared.member().lease().toNanos();
    String newer = shared.newer(); // first: the newer tables may refuse the rest
    if (newer != null) {
      outdated.accept(newer);
    }
    clock.set(shared.beat(spool.services().dispatcher().running()));
    // If this host could not renew its own lease, because the database was down perhaps,
    // it gives the other hosts the time to renew theirs.
    long now = System.nanoTime();
    since = now - last > lasts ? now : since;
    last = now;
    List<String> dead = now - since < lasts ? List.of() : shared.reap();
    if (!dead.isEmpty()) {
      spool
          .services()
          .log()
          .log(
              System.Logger.Level.WARNING,
              "{0} other host(s) have not renewed their lease in time, and are considered dead:"
                  + " their jobs continue on the hosts that are left",
              dead.size());
    }
    renewed.run();
    looksForFiles |= !dead.isEmpty();
    adopt();
  }

  /**
   * Submits files without a job: a host may have died between renaming a file and moving its job. A
   * host that is alive may be between these two steps at this moment, so a file is submitted only
   * if it has no job at two renewals in a row.
   */
  private void adopt() {
    try {
      if (!orphans.isEmpty()) {
        settler.submit(orphans);
        orphans = Set.of();
      }
      if (looksForFiles) {
        orphans = settler.unknown();
        looksForFiles = false;
      }
    } catch (FsException e) {
      spool.steps().log("files without a job cannot be looked for, which is tried again", e);
    }
  }

  private boolean isClosed() {
    Duration pause = shared.member().lease().dividedBy(BEATS_A_LEASE);
    try {
      return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      return true;
    }
  }

  /** Stops renewing the lease, and blocks until the thread has ended. */
  void close() {
    closed.countDown();
    join(thread);
  }

  /** Waits for the end of a thread, which may not have been started. */
  static void join(Thread thread) {
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Logs an exception after which a thread continues. */
  static void report(Services services, String what, Throwable failure) {
    services.log().log(System.Logger.Level.ERROR, Escaped.report(what), failure);
  }
}
