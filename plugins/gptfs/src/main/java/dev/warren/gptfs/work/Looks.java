package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.publish.Names;
import org.jspecify.annotations.Nullable;

/**
 * Records which jobs' results clients have opened: {@link Retention} keeps the others longer. If
 * recording fails, this is logged, and does not fail the client's open. Thread-safe.
 */
public final class Looks {
  private final Services services;
  private final Steps steps;
  private final Finder jobs;

  Looks(Services services, Steps steps, Finder jobs) {
    this.services = services;
    this.steps = steps;
    this.jobs = jobs;
  }

  /** Finds jobs. */
  @FunctionalInterface
  interface Finder {
    /** The job of a name; null if there is none. */
    @Nullable Job find(String name) throws FsException;
  }

  /** Called when a client opens a published file. */
  public void at(String base, Names kind) {
    try {
      Job job = jobs.find(base);
      if (job != null && isWhole(job.record().state(), kind)) {
        at(job);
      }
    } catch (FsException e) {
      steps.log(notRecorded("the result '" + base + "'"), e);
    }
  }

  private static String notRecorded(String what) {
    return "it cannot be recorded that "
        + what
        + " was read, which is therefore kept like an unread one";
  }

  /** Whether a file shows the result: the status of a completed job does not contain the answer. */
  private static boolean isWhole(JobState state, Names kind) {
    return kind != Names.STATUS || (state.isEnded() && state != JobState.COMPLETED);
  }

  /** Called when a client opens a job's result. */
  public void at(Job job) {
    job.read(true);
    JobRecord record = job.record();
    if (!record.state().isEnded() || record.readAt() != null) {
      return; // stored when the job ends, or stored already
    }
    job.lock().lock();
    try {
      note(services, steps, job);
    } catch (FsException e) {
      steps.log(notRecorded("the result for " + record.source()), e);
    } finally {
      job.lock().unlock();
    }
  }

  /** Stores that a job's result was read, if it was. The caller holds the job's lock. */
  static void note(Services services, Steps steps, Job job) throws FsException {
    JobRecord record = job.record();
    boolean shown = record.state().isEnded() && record.state() != JobState.PURGED;
    if (job.isRead() && shown && record.readAt() == null && steps.own(job)) {
      steps.note(job, record.read(services.timers().instant()));
    }
  }
}
