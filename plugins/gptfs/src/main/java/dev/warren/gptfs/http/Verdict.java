package dev.warren.gptfs.http;

import dev.warren.gptfs.job.JobError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a reply means for the job.
 *
 * @param kind what to do
 * @param pause how long the endpoint asks us to stay away, at least; null if it does not
 * @param throttled whether the endpoint, not the request, is the reason
 * @param error for the status; null if there is an answer
 */
public record Verdict(
    Kind kind, @Nullable Duration pause, boolean throttled, @Nullable JobError error) {
  /** What to do. */
  public enum Kind {
    /** There is an answer. */
    ANSWER,
    /** Try again: the request was not worked on. */
    RETRY,
    /** Try again, a few times only: the request may have been worked on and billed. */
    RETRY_UNCLEAR,
    /** Stop calling the endpoint until somebody has looked at the account. */
    HOLD,
    /** Give up: the same request would fail again. */
    FAIL,
    /** We ended the call ourselves. */
    CANCELLED
  }

  static final Verdict ANSWER = new Verdict(Kind.ANSWER, null, false, null);
  static final Verdict CANCELLED = new Verdict(Kind.CANCELLED, null, false, null);
}
