package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.config.Keep;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Forgets old jobs. Their files in the inbox stay: they belong to the client. */
public final class Retention {
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  /** So long an answer is safe from all but its age until somebody reads it. */
  private static final Duration UNREAD = Duration.ofDays(1);

  private final Spool spool;
  private final Keep keep;
  private final Timers timers;
  private final Inputs inputs;

  /** Whether files are there. */
  @FunctionalInterface
  public interface Inputs {
    /** Whether a job's file is still in the inbox. */
    boolean isThere(String source) throws FsException;
  }

  /** Looks every five minutes from {@link #start} on. */
  public Retention(Spool spool, Keep keep, Timers timers, Inputs inputs) {
    this.spool = spool;
    this.keep = keep;
    this.timers = timers;
    this.inputs = inputs;
  }

  /** Begins. */
  public void start() {
    timers.schedule(
        INTERVAL,
        () -> {
          sweep();
          start();
        });
  }

  /** Forgets what is over a bound, the oldest first. */
  public void sweep() {
    Instant oldest = timers.instant().minus(keep.age());
    List<Job> ended =
        spool.jobs().stream()
            .filter(job -> isKept(job.record()))
            .sorted(Comparator.comparing((Job job) -> finished(job.record())).reversed())
            .toList();
    Instant unread = timers.instant().minus(UNREAD);
    long jobs = 0;
    long bytes = 0;
    for (Job job : ended) {
      JobRecord record = job.record();
      jobs++;
      bytes += record.outcome() == null ? 0 : record.outcome().bytes();
      boolean tooMuch = jobs > keep.jobs() || bytes > keep.bytes();
      if (finished(record).isBefore(oldest) || (tooMuch && isDispensable(job, unread))) {
        forget(job);
      }
    }
  }

  /** Forgets every job that has ended. */
  public void purge() {
    spool.jobs().stream().filter(job -> isKept(job.record())).forEach(this::forget);
  }

  private void forget(Job job) {
    try {
      spool.purge(job, inputs.isThere(job.record().source()));
    } catch (FsException e) {
      spool.steps().log("the job of " + job.record().source() + " cannot be forgotten", e);
    }
  }

  /** What nobody has looked at must not go minutes after a large run. */
  private static boolean isDispensable(Job job, Instant unread) {
    return job.isRead() || job.record().acknowledged() || finished(job.record()).isBefore(unread);
  }

  private static boolean isKept(JobRecord record) {
    return record.state().isEnded() && record.state() != JobState.PURGED;
  }

  private static Instant finished(JobRecord record) {
    return Objects.requireNonNullElse(record.finishedAt(), Instant.MIN);
  }
}
