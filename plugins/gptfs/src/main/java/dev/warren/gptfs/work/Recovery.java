package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.config.Settings.OnUnknown;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.job.Tries;
import dev.warren.gptfs.store.DatabaseDamage;
import dev.warren.gptfs.store.JobStore.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Continues the jobs that an earlier process or another host has left. {@link #load} runs once,
 * before other threads use the spool.
 */
public final class Recovery {
  /** The kind of error of a job whose call was in flight when the host died. */
  static final String UNKNOWN = "unknown_outcome";

  private final Spool spool;
  private final Services services;

  /** A recovery of a spool's jobs. */
  public Recovery(Spool spool) {
    this.spool = spool;
    services = spool.services();
  }

  /**
   * Fills the table with the jobs that have not ended, and publishes the ends that the earlier
   * process has not published.
   *
   * @return the jobs to {@link #resume}, the oldest first
   */
  public List<Job> load() throws FsException {
    List<Job> open = new ArrayList<>();
    for (JobRecord record : decoded(services.store().open())) {
      Job job = services.table().add(record);
      hold(job);
      open.add(job);
    }
    for (JobRecord record : decoded(services.store().untold())) {
      Job job = services.table().add(record);
      confine(job, () -> announce(job));
    }
    open.sort(
        Comparator.comparing(
            job -> job.record().queuedAt(), Comparator.nullsLast(Comparator.naturalOrder())));
    return open;
  }

  /** The records of jobs; those that cannot be decoded are logged and left out. */
  private List<JobRecord> decoded(List<byte[]> descriptions) {
    List<JobRecord> records = new ArrayList<>();
    for (byte[] description : descriptions) {
      try {
        records.add(JobRecord.decode(description));
      } catch (RuntimeException e) { // whatever another version or program has written into the row
        services.log().log(
            System.Logger.Level.ERROR, "the row of a job cannot be decoded and is left out", e);
      }
    }
    return records;
  }

  /** A step of a job at startup. */
  @FunctionalInterface
  public interface Step {
    /** Makes the step. */
    void run() throws FsException;
  }

  /**
   * Makes a step of a job at startup. A failure is logged, so that it affects no other job.
   *
   * @throws FsException if the database is damaged, which affects all jobs
   */
  public void confine(Job job, Step step) throws FsException {
    try {
      step.run();
    } catch (FsException e) {
      if (DatabaseDamage.isCauseOf(e)) {
        throw e;
      }
      spool.letGo(job, e);
    } catch (RuntimeException e) {
      services.log().log(
          System.Logger.Level.ERROR,
          Escaped.report("the job of " + job.record().source() + " is not continued"),
          e);
    }
  }

  /**
   * The row of a job from the description that version 0.1 wrote; null if that cannot be decoded.
   */
  public static @Nullable Row oldRow(byte[] description) {
    try {
      JobRecord record = JobRecord.decode(description);
      boolean told = record.state() != JobState.FAILED && record.state() != JobState.CANCELLED;
      return record.row(told);
    } catch (JacksonException _) {
      return null;
    }
  }

  /** Acquires the job's slot and bytes of the quota, even beyond the limits. */
  void hold(Job job) {
    long bytes = job.record().input().bytes();
    services.quota().force(bytes);
    job.lock().lock();
    try {
      job.heldBytes(bytes);
    } finally {
      job.lock().unlock();
    }
  }

  /** Publishes a job's end, if the host that ended the job has not done so. */
  void announce(Job job) throws FsException {
    job.lock().lock();
    try {
      if (!job.record().acknowledged()) {
        spool.steps().announce(job);
      }
    } finally {
      job.lock().unlock();
    }
  }

  /** Continues a job, unless it has ended, is settling, or is held for an unknown outcome. */
  public void resume(Job job) throws FsException {
    job.lock().lock();
    try {
      JobRecord record = job.record();
      switch (record.state()) {
        case QUEUED, REMOTE -> spool.enqueue(job);
        case ACTIVE -> unknown(job, record);
        case ANSWERED -> spool.steps().publish(job);
        case HELD -> {
          @Nullable JobError error = record.error();
          if (error == null || !error.kind().equals(UNKNOWN)) {
            spool.enqueue(job);
          }
        }
        case SETTLING, COMPLETED, FAILED, CANCELLED, PURGED -> {}
      }
    } finally {
      job.lock().unlock();
    }
  }

  private void unknown(Job job, JobRecord record) throws FsException {
    if (isEnd(services)) {
      end(services, spool.steps(), job);
      return;
    }
    spool
        .steps()
        .keep(
            job,
            record.requeued(
                flagged(record), record.endpoint(), "called again after a restart", null));
    spool.enqueue(job);
  }

  private static Tries flagged(JobRecord record) {
    Tries tries = record.tries();
    return new Tries(
        tries.attempts(), Math.max(0, tries.here() - 1), tries.ambiguous(), true, null);
  }

  /** Whether the configuration forbids repeating a call with an unknown outcome. */
  static boolean isEnd(Services services) {
    return services.settings().onUnknown() != OnUnknown.RETRY;
  }

  /**
   * Fails or holds a job that has a call with an unknown outcome. The caller holds the job's lock.
   */
  static void end(Services services, Steps steps, Job job) throws FsException {
    JobError error =
        new JobError(
            UNKNOWN,
            null,
            null,
            null,
            "the host ended during the call, so its outcome is unknown: it may have been answered"
                + " and billed. 'retry %s', written to ctl, sends it again"
                    .formatted(job.record().source()),
            true,
            null);
    if (services.settings().onUnknown() == OnUnknown.FAIL) {
      steps.fail(job, error);
    } else {
      steps.keep(job, job.record().held(flagged(job.record()), error.message(), error));
      steps.show(job, null);
    }
  }
}
