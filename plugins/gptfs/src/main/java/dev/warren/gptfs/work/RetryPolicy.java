package dev.warren.gptfs.work;

import dev.warren.gptfs.config.RetrySettings;
import dev.warren.gptfs.http.Backoff;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.http.RateLimit;
import dev.warren.gptfs.http.Reply;
import dev.warren.gptfs.http.Verdict;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.Tries;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What comes after a call: the one place that decides about another. */
final class RetryPolicy {
  private final RetrySettings settings;
  private final Backoff backoff;

  RetryPolicy(RetrySettings settings, Backoff backoff) {
    this.settings = settings;
    this.backoff = backoff;
  }

  /** What comes next. */
  sealed interface Decision {
    /** The answer is there. */
    record Done() implements Decision {}

    /**
     * Another call.
     *
     * @param tries with the time of the next one
     * @param endpoint that it goes to
     * @param held whether somebody has to do something first
     */
    record Again(Tries tries, String endpoint, boolean held, String message, @Nullable JobError why)
        implements Decision {}

    /** No other call. */
    record GiveUp(JobError error) implements Decision {}
  }

  /**
   * Decides, and tells the endpoint's gate what was learnt.
   *
   * @param tries with the call that has just ended
   * @param pass with which it went
   * @param endpoint that it went to
   * @param next the endpoint after that; null if there is none
   */
  Decision decide(
      Verdict verdict,
      Reply reply,
      Tries tries,
      Gate.Pass pass,
      String endpoint,
      @Nullable String next,
      Instant now) {
    teach(pass, verdict, reply, tries, now);
    JobError error = verdict.error();
    if (error == null) {
      return verdict.kind() == Verdict.Kind.ANSWER
          ? new Decision.Done()
          : new Decision.Again(tries.takenBack(), endpoint, false, "the call was ended", null);
    }
    return switch (verdict.kind()) {
      case ANSWER, CANCELLED -> new Decision.Done();
      case FAIL -> new Decision.GiveUp(error);
      case HOLD -> held(tries, pass, endpoint, next, error);
      case RETRY ->
          isTooLong(verdict.pause())
              ? held(tries, pass, endpoint, next, error)
              : again(tries, verdict.pause(), endpoint, next, error, now);
      case RETRY_UNCLEAR ->
          tries.ambiguous() < settings.ambiguousRetries()
              ? again(tries.unclear(), verdict.pause(), endpoint, next, error, now)
              : new Decision.GiveUp(error);
    };
  }

  private void teach(Gate.Pass pass, Verdict verdict, Reply reply, Tries tries, Instant now) {
    String reason = verdict.error() == null ? "" : verdict.error().message();
    if (verdict.kind() == Verdict.Kind.HOLD
        || (verdict.kind() == Verdict.Kind.RETRY && isTooLong(verdict.pause()))) {
      pass.hold(reason, now, verdict.pause());
    } else if (verdict.throttled()) {
      pass.pause(now.plus(backoff.after(Math.max(1, tries.here()), verdict.pause())));
    } else if (reply instanceof Reply.Answered answered && answered.status() < 500) {
      pass.succeeded();
      Duration rest = RateLimit.exhaustedFor(answered.headers());
      if (rest.isPositive()) {
        pass.rest(now.plus(min(rest, settings.maxRetryAfter())));
      }
    }
  }

  private boolean isTooLong(@Nullable Duration pause) {
    return pause != null && pause.compareTo(settings.maxRetryAfter()) > 0;
  }

  private static Decision held(
      Tries tries, Gate.Pass pass, String endpoint, @Nullable String next, JobError error) {
    if (pass.isOverruled()) {
      return new Decision.Again(
          tries.takenBack(),
          endpoint,
          false,
          endpoint + " was opened while the call ran; it is made again",
          error);
    }
    if (next != null) {
      return new Decision.Again(
          tries.afresh(), next, false, endpoint + " is held; going on with " + next, error);
    }
    return new Decision.Again(
        tries.takenBack(), endpoint, true, endpoint + " is held: " + error.message(), error);
  }

  private Decision again(
      Tries tries,
      @Nullable Duration pause,
      String endpoint,
      @Nullable String next,
      JobError error,
      Instant now) {
    if (tries.here() >= settings.maxAttempts()) {
      return next == null
          ? new Decision.GiveUp(error)
          : new Decision.Again(
              tries.afresh(), next, false, endpoint + " failed; going on with " + next, error);
    }
    Instant time = now.plus(backoff.after(tries.here(), pause));
    return new Decision.Again(
        tries.later(time),
        endpoint,
        false,
        "attempt %d failed (%s); the next one at %s"
            .formatted(tries.attempts(), error.kind(), time),
        error);
  }

  /** The endpoints from one on, of an order. */
  static List<String> from(String endpoint, List<String> fallbacks) {
    int at = fallbacks.indexOf(endpoint);
    List<String> rest = fallbacks.subList(at + 1, fallbacks.size());
    return Stream.concat(Stream.of(endpoint), rest.stream().filter(name -> !name.equals(endpoint)))
        .toList();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
