package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;

/** The end of a job at a mistake that nobody foresaw: it fails, and nothing else does. */
final class Escaped {
  private Escaped() {}

  /**
   * Fails a job that has not ended.
   *
   * @param revision that met the mistake; a newer one goes on
   */
  static void end(Services services, Steps steps, Job job, int revision, Throwable mistake) {
    services.log().log(
        System.Logger.Level.ERROR,
        "the job of " + job.record().source() + " met a mistake in gptfs and fails",
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

  /** What its status says. */
  static JobError error(Services services, Throwable mistake) {
    return JobError.local(
        "internal", services.redactor().message("a mistake in gptfs ended it: " + mistake));
  }
}
