package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.config.Keep;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.store.JobStore.Bounds;
import dev.warren.gptfs.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Forgets old jobs. Their files in the inbox stay: they belong to the client. */
public final class Retention {
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  /** How long an answer that no client has read is kept, unless the configured age is shorter. */
  private static final Duration UNREAD = Duration.ofDays(1);

  /** The largest number of jobs that are listed at a time. */
  private static final int AT_ONCE = 1000;

  /** A time after the end of every job. */
  private static final Instant FAR = Instant.ofEpochMilli(Long.MAX_VALUE);

  private final Spool spool;
  private final Keep keep;
  private final Timers timers;
  private final Inputs inputs;

  /** Checks which files are in the inbox. */
  @FunctionalInterface
  public interface Inputs {
    /** Whether a job's file is still in the inbox. */
    boolean isThere(String source) throws FsException;
  }

  /** A retention that sweeps every five minutes after {@link #start}. */
  public Retention(Spool spool, Keep keep, Timers timers, Inputs inputs) {
    this.spool = spool;
    this.keep = keep;
    this.timers = timers;
    this.inputs = inputs;
  }

  /** Schedules the sweeps. */
  public void start() {
    timers.schedule(
        INTERVAL,
        () -> {
          try {
            sweep();
          } finally {
            start(); // whatever has failed
          }
        });
  }

  /** Forgets the ended jobs beyond the configured limits, the oldest first. */
  public void sweep() {
    Instant now = timers.instant();
    forget(new Bounds(keep.jobs(), keep.bytes(), now.minus(keep.age()), now.minus(UNREAD)));
  }

  /** Forgets every job that has ended. */
  public void purge() {
    forget(new Bounds(0, 0, FAR, FAR));
  }

  private void forget(Bounds bounds) {
    Set<String> tried = new HashSet<>();
    try {
      List<String> sources = surplus(bounds);
      while (tried.addAll(sources)) {
        for (String source : sources) {
          Job job = spool.bySource(source);
          if (job != null && isSurplus(job.record(), bounds)) {
            forget(job);
          }
        }
        sources = surplus(bounds);
      }
    } catch (FsException e) {
      spool.steps().log("ended jobs cannot be forgotten", e);
    }
  }

  private List<String> surplus(Bounds bounds) throws FsException {
    spool.store().flush();
    return spool.store().surplus(bounds, AT_ONCE);
  }

  private void forget(Job job) {
    try {
      spool.purge(job, inputs.isThere(job.record().source()));
    } catch (FsException e) {
      spool.steps().log("the job of " + job.record().source() + " cannot be forgotten", e);
    }
  }

  /** Whether a job may still be forgotten: its file may have been rewritten since the query. */
  private static boolean isSurplus(JobRecord record, Bounds bounds) {
    if (!record.state().isEnded() || record.state() == JobState.PURGED) {
      return false;
    }
    Instant finished = Objects.requireNonNullElse(record.finishedAt(), Instant.MIN);
    return finished.isBefore(bounds.oldest())
        || finished.isBefore(bounds.unread()) // unread results are kept longer
        || record.isSeen();
  }
}
