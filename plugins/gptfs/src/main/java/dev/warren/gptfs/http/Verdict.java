package dev.warren.gptfs.http;

import dev.warren.gptfs.job.JobError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a reply means for the job.
 *
 * @param kind what to do
 * @param blame what caused a failure, as far as this reply alone shows
 * @param pause the minimum pause that the endpoint asks for; null for none
 * @param throttled whether the endpoint limits the rate of calls
 * @param error the error for the status of this job; null if the call was answered or cancelled
 * @param notice why the endpoint cannot be called, for the statuses of other jobs: does not quote
 *     the reply to this job; null if the endpoint can be called
 */
public record Verdict(
    Kind kind,
    Blame blame,
    @Nullable Duration pause,
    boolean throttled,
    @Nullable JobError error,
    @Nullable String notice) {
  /** What to do. */
  public enum Kind {
    /** There is an answer. */
    ANSWER,
    /** Try again: the request was not processed. */
    RETRY,
    /** Try again, a few times only: the request may have been processed and billed. */
    RETRY_UNCLEAR,
    /** Hold the endpoint: the account needs its owner's attention. */
    HOLD,
    /** Give up: the same request would fail again. */
    FAIL,
    /** The call was cancelled here. */
    CANCELLED
  }

  /** What caused a failure. */
  public enum Blame {
    /** The request. */
    REQUEST,
    /** The request, the account or the endpoint; the results of other jobs will show. */
    UNSURE,
    /** The endpoint, or the network to it. */
    ENDPOINT
  }

  /** The same verdict for a call that cannot be billed twice: it may be repeated freely. */
  public Verdict withoutDoubt() {
    return kind == Kind.RETRY_UNCLEAR
        ? new Verdict(Kind.RETRY, blame, pause, throttled, error, notice)
        : this;
  }

  static final Verdict ANSWER = new Verdict(Kind.ANSWER, Blame.REQUEST, null, false, null, null);
  static final Verdict CANCELLED =
      new Verdict(Kind.CANCELLED, Blame.REQUEST, null, false, null, null);
}
