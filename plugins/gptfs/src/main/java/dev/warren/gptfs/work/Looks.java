package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.publish.Names;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what clients have looked at: {@link Retention} keeps the rest longer. Nobody is kept
 * from reading because that cannot be remembered. Thread-safe.
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

  /** A client opens a published file. */
  public void at(String base, Names kind) {
    try {
      Job job = jobs.find(base);
      if (job != null && isWhole(job.record().state(), kind)) {
        at(job);
      }
    } catch (FsException e) {
      steps.log("whose '" + base + "' is that is read cannot be found out", e);
    }
  }

  /** Whoever has seen the status of an answer has not seen the answer. */
  private static boolean isWhole(JobState state, Names kind) {
    return kind != Names.STATUS || (state.isEnded() && state != JobState.COMPLETED);
  }

  /** A client opens what a job gave. */
  public void at(Job job) {
    job.read(true);
    JobRecord record = job.record();
    if (!record.state().isEnded() || record.readAt() != null) {
      return; // whoever ends it sees that it was read
    }
    job.lock().lock();
    try {
      note(services, steps, job);
    } catch (FsException e) {
      steps.log("that the answer to " + record.source() + " was read cannot be kept", e);
    } finally {
      job.lock().unlock();
    }
  }

  /** Keeps that a job's end was read, if it was. The caller has its lock. */
  static void note(Services services, Steps steps, Job job) throws FsException {
    JobRecord record = job.record();
    boolean shown = record.state().isEnded() && record.state() != JobState.PURGED;
    if (job.isRead() && shown && record.readAt() == null && steps.own(job)) {
      steps.note(job, record.read(services.timers().instant()));
    }
  }
}
