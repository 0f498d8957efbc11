package dev.warren.gptfs.http;

import dev.warren.gptfs.job.JobError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a reply means for the job.
 *
 * @param kind what to do
 * @param blame whose fault a failure is, as far as the reply alone tells
 * @param pause how long the endpoint asks us to stay away, at least; null if it does not
 * @param throttled whether the endpoint limits how much it is called
 * @param error for the status of this job; null if there is an answer
 * @param notice why the endpoint cannot be called, in our own words: for the statuses of others,
 *     which must not quote what this job was told; null if there is an answer
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

  /** Whose fault it is. */
  public enum Blame {
    /** The request's. */
    REQUEST,
    /** The request's, the account's or the endpoint's; what other jobs meet will show. */
    UNSURE,
    /** The endpoint's, or of the way there. */
    ENDPOINT
  }

  /** The same where nothing can be billed twice: what became of the request is known. */
  public Verdict withoutDoubt() {
    return kind == Kind.RETRY_UNCLEAR
        ? new Verdict(Kind.RETRY, blame, pause, throttled, error, notice)
        : this;
  }

  static final Verdict ANSWER = new Verdict(Kind.ANSWER, Blame.REQUEST, null, false, null, null);
  static final Verdict CANCELLED =
      new Verdict(Kind.CANCELLED, Blame.REQUEST, null, false, null, null);
}
