package dev.warren.gptfs.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was tried.
 *
 * @param attempts calls made in all
 * @param here calls made on the present endpoint
 * @param ambiguous calls that may have been billed without an answer
 * @param possibleDuplicate whether a call was made again after such a one
 * @param notBefore when the next call may be made; null for at once
 */
public record Tries(
    int attempts,
    int here,
    int ambiguous,
    @JsonProperty("possible_duplicate") boolean possibleDuplicate,
    @JsonProperty("not_before") @Nullable Instant notBefore) {
  /** Nothing yet. */
  public static final Tries NONE = new Tries(0, 0, 0, false, null);

  /** One more call begins. */
  public Tries started() {
    return new Tries(attempts + 1, here + 1, ambiguous, possibleDuplicate, null);
  }

  /** The call is taken back: it says nothing about the job. */
  public Tries takenBack() {
    return new Tries(attempts, Math.max(0, here - 1), ambiguous, possibleDuplicate, null);
  }

  /** The call was ended from here: it says nothing about the job, but may have been billed. */
  public Tries cut() {
    return new Tries(attempts, Math.max(0, here - 1), ambiguous, true, null);
  }

  /** The next call is not before a time. */
  public Tries later(@Nullable Instant time) {
    return new Tries(attempts, here, ambiguous, possibleDuplicate, time);
  }

  /** The call may have been billed; the next one may be a duplicate. */
  public Tries unclear() {
    return new Tries(attempts, here, ambiguous + 1, true, notBefore);
  }

  /** The next calls go to another endpoint, or start again. */
  public Tries afresh() {
    return new Tries(attempts, 0, 0, possibleDuplicate, null);
  }
}
