package dev.warren.gptfs.work;

import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;

/** Errors for content that is damaged in the database. */
final class Damage {
  private static final String KIND = "damaged";

  private Damage() {}

  /** The error of a job whose request cannot be read. */
  static JobError request(JobRecord job) {
    return of("the request", job);
  }

  /** The error of a job whose answer cannot be published. */
  static JobError answer(JobRecord job) {
    return of("the answer, which was received,", job);
  }

  private static JobError of(String what, JobRecord job) {
    return retryable(
        what
            + " is damaged in the database. Write the file again, or write 'retry %s' to ctl"
                .formatted(job.source()));
  }

  /**
   * The error of a line of a batch.
   *
   * @param what the request or the result
   * @param line the line's number, from 0
   */
  static JobError line(String what, int line) {
    return retryable(
        "%s of line %d is damaged in the database; 'retry', written to ctl, sends the failed lines again"
            .formatted(what, line + 1));
  }

  private static JobError retryable(String message) {
    return new JobError(KIND, null, null, null, message, true, null);
  }
}
