package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;

/** Confines an unexpected exception in gptfs to its job: that job fails, and nothing else. */
final class Escaped {
  private Escaped() {}

  /**
   * Fails a job that has not ended.
   *
   * @param revision the revision that met the exception; a newer one continues
   */
  static void end(Services services, Steps steps, Job job, int revision, Throwable mistake) {
    services.log().log(
        System.Logger.Level.ERROR,
        report("the job of " + job.record().source() + " fails"),
        mistake);
    job.lock().lock();
    try {
      if (steps.own(job)
          && job.record().revision() == revision
          && !job.record().state().isEnded()) {
        steps.abandon(job);
        job.attempt(null);
        steps.fail(job, error(services, mistake));
      }
    } catch (FsException e) {
      steps.log("the job of " + job.record().source() + " cannot be failed", e);
    } finally {
      job.lock().unlock();
    }
  }

  /** What the log says of an unexpected exception, which follows. */
  static String report(String what) {
    return what + "; this is a bug in gptfs, please report it:";
  }

  /** The error that the job's status shows. */
  static JobError error(Services services, Throwable mistake) {
    return JobError.local(
        "internal",
        services
            .redactor()
            .message("a bug in gptfs; please report it with what the host's log says: " + mistake));
  }
}
