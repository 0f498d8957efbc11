package dev.warren.gptfs.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a job so far.
 *
 * @param attempts calls on all endpoints
 * @param here calls on the current endpoint that count against its limit
 * @param ambiguous calls on the current endpoint that may have been billed without an answer
 * @param possibleDuplicate whether a call is repeated although it may have been billed
 * @param notBefore when the next call may be made; null for now
 */
public record Tries(
    int attempts,
    int here,
    int ambiguous,
    @JsonProperty("possible_duplicate") boolean possibleDuplicate,
    @JsonProperty("not_before") @Nullable Instant notBefore) {
  /** No calls yet. */
  public static final Tries NONE = new Tries(0, 0, 0, false, null);

  /** One more call begins. */
  public Tries started() {
    return new Tries(attempts + 1, here + 1, ambiguous, possibleDuplicate, null);
  }

  /** The call does not count against the limit: it says nothing about the job. */
  public Tries takenBack() {
    return new Tries(attempts, Math.max(0, here - 1), ambiguous, possibleDuplicate, null);
  }

  /** The call was cancelled here: it does not count, but may have been billed. */
  public Tries cut() {
    return new Tries(attempts, Math.max(0, here - 1), ambiguous, true, null);
  }

  /** The next call is not made before a time; null for now. */
  public Tries later(@Nullable Instant time) {
    return new Tries(attempts, here, ambiguous, possibleDuplicate, time);
  }

  /** The call may have been billed; the next one may be a duplicate. */
  public Tries unclear() {
    return new Tries(attempts, here, ambiguous + 1, true, notBefore);
  }

  /** Counts from 0 again: for another endpoint, or after a manual retry. */
  public Tries afresh() {
    return new Tries(attempts, 0, 0, possibleDuplicate, null);
  }
}
