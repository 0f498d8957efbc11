package dev.warren.gptfs.work;

import dev.warren.gptfs.config.RetrySettings;
import dev.warren.gptfs.http.Backoff;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.http.RateLimit;
import dev.warren.gptfs.http.Reply;
import dev.warren.gptfs.http.Verdict;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.Tries;
import dev.warren.gptfs.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides what follows a call: nothing, a failure, or another call. */
final class RetryPolicy {
  /** A job is to blame if its calls hold the endpoint this often while other jobs succeed. */
  private static final int HOLDS = 2;

  private final RetrySettings settings;
  private final Backoff backoff;
  private final Timers timers;

  RetryPolicy(RetrySettings settings, Backoff backoff, Timers timers) {
    this.settings = settings;
    this.backoff = backoff;
    this.timers = timers;
  }

  /** What follows a call. */
  sealed interface Decision {
    /** The answer has arrived. */
    record Done() implements Decision {}

    /**
     * Another call.
     *
     * @param tries the calls so far, with the time before which the next one is not made
     * @param endpoint the endpoint of the next call
     * @param delay the time until the next call
     */
    record Again(
        Tries tries, String endpoint, String message, @Nullable JobError why, Duration delay)
        implements Decision {}

    /** No further call. */
    record GiveUp(JobError error) implements Decision {}
  }

  /**
   * A call that has ended.
   *
   * @param task the task that made the call
   * @param source the job or batch, which the gate counts once, however many of its lines are
   *     refused
   * @param tries the calls so far, this one included
   * @param pass the gate's pass for the call
   * @param endpoint the endpoint that was called
   * @param next the next endpoint of the route; null if there is none
   */
  record Called(
      Object task,
      Object source,
      History history,
      Tries tries,
      Gate.Pass pass,
      String endpoint,
      @Nullable String next) {}

  /** Decides what follows a call, and reports its result to the endpoint's gate. */
  Decision decide(Called call, Verdict verdict, Reply reply) {
    call.history.at(call.endpoint);
    JobError error = verdict.error();
    if (error == null) {
      if (verdict.kind() == Verdict.Kind.ANSWER) {
        passed(call, reply);
        return new Decision.Done();
      }
      return new Decision.Again(
          call.tries.cut(), call.endpoint, "the call was ended", null, Duration.ZERO);
    }
    return switch (verdict.kind()) {
      case ANSWER, CANCELLED -> new Decision.Done();
      case FAIL -> refused(call, verdict, error, reply);
      case HOLD -> account(call, verdict, error);
      case RETRY ->
          isTooLong(verdict.pause())
              ? farPause(call, verdict, error)
              : failed(call, verdict, error);
      case RETRY_UNCLEAR -> unclear(call, verdict, error);
    };
  }

  /** How long one task has to wait after a number of failed calls; the gate does not change. */
  Duration pause(int times, Verdict verdict) {
    return backoff.after(times, verdict.pause());
  }

  /** The endpoint serves, even if it has refused this request. */
  private void passed(Called call, Reply reply) {
    call.pass.succeeded();
    if (reply instanceof Reply.Answered answered) {
      Duration rest = RateLimit.exhaustedFor(answered.headers());
      if (rest.isPositive()) {
        call.pass.rest(timers.steady().plus(min(rest, settings.maxRetryAfter())));
      }
    }
  }

  private Decision refused(Called call, Verdict verdict, JobError error, Reply reply) {
    if (verdict.blame() == Verdict.Blame.UNSURE) {
      if (call.pass.doubted(call.source) < Gate.SEVERAL) {
        return new Decision.GiveUp(error); // the account's fault, perhaps; this job does not wait
      }
      call.pass.hold(notice(verdict), timers.steady(), verdict.pause());
      return held(call, error);
    }
    if (reply instanceof Reply.Answered answered && answered.status() < 500) {
      passed(call, reply);
    }
    return new Decision.GiveUp(error);
  }

  private Decision account(Called call, Verdict verdict, JobError error) {
    boolean othersPass = call.pass.failed(call.task);
    if (othersPass && call.history.held() > HOLDS - 1) {
      return new Decision.GiveUp(error);
    }
    call.pass.hold(notice(verdict), timers.steady(), verdict.pause());
    return held(call, error);
  }

  private Decision farPause(Called call, Verdict verdict, JobError error) {
    call.pass.hold(
        notice(verdict) + " and asks for a pause of " + text(verdict.pause()),
        timers.steady(),
        verdict.pause());
    return held(call, error);
  }

  private Decision held(Called call, JobError error) {
    if (call.pass.isOverruled()) {
      return new Decision.Again(
          call.tries.takenBack(),
          call.endpoint,
          call.endpoint + " was opened while the call ran; it is made again",
          error,
          Duration.ZERO);
    }
    if (call.next != null) {
      return new Decision.Again(
          call.tries.afresh(),
          call.next,
          call.endpoint + " is held; going on with " + call.next,
          error,
          Duration.ZERO);
    }
    return new Decision.Again(
        call.tries.takenBack(),
        call.endpoint,
        "waiting for " + call.endpoint,
        error,
        Duration.ZERO);
  }

  /** A failure after which another call may succeed. */
  private Decision failed(Called call, Verdict verdict, JobError error) {
    boolean saysSomething = call.pass.failed(call.task);
    boolean outage = isOutage(call, verdict);
    if (verdict.throttled()) {
      pause(call, verdict);
    } else if (outage) {
      close(call, verdict);
    }
    if (saysSomething) {
      call.history.served();
    } else if (outage) {
      return waiting(call, verdict, error);
    }
    if (call.tries.here() >= settings.maxAttempts()) {
      return next(call, error);
    }
    return again(call, call.tries, verdict, error);
  }

  private static boolean isOutage(Called call, Verdict verdict) {
    return verdict.blame() == Verdict.Blame.ENDPOINT || call.pass.failures() >= Gate.SEVERAL;
  }

  /** The endpoint fails for all jobs: this one waits for it, at most for {@code give_up_after}. */
  private Decision waiting(Called call, Verdict verdict, JobError error) {
    Instant now = timers.steady();
    Instant since = call.history.waiting(now);
    if (!now.isBefore(since.plus(settings.giveUpAfter()))) {
      return next(call, error);
    }
    return call.next != null && call.tries.here() >= settings.maxAttempts()
        ? next(call, error)
        : again(call, call.next == null ? call.tries.takenBack() : call.tries, verdict, error);
  }

  private Decision unclear(Called call, Verdict verdict, JobError error) {
    call.pass.failed(call.task);
    if (isOutage(call, verdict)) {
      close(call, verdict);
    }
    return call.tries.ambiguous() < settings.ambiguousRetries()
        ? again(call, call.tries.unclear(), verdict, error)
        : new Decision.GiveUp(error);
  }

  /** Closes the gate: first a short pause; after several outages a hold, with ever rarer probes. */
  private void close(Called call, Verdict verdict) {
    int times = call.pass.outage();
    Instant until = timers.steady().plus(backoff.after(times, verdict.pause()));
    if (times < Gate.SEVERAL) {
      call.pass.pause(until);
    } else {
      call.pass.holdUntil(notice(verdict), until);
    }
  }

  private void pause(Called call, Verdict verdict) {
    int times = Math.max(call.tries.here(), call.pass.outage());
    call.pass.pause(timers.steady().plus(backoff.after(times, verdict.pause())));
  }

  private Decision next(Called call, JobError error) {
    return call.next == null
        ? new Decision.GiveUp(error)
        : new Decision.Again(
            call.tries.afresh(),
            call.next,
            call.endpoint + " failed; going on with " + call.next,
            error,
            Duration.ZERO);
  }

  private Decision again(Called call, Tries tries, Verdict verdict, JobError error) {
    Duration delay = backoff.after(Math.max(1, call.tries.here()), verdict.pause());
    Instant time = timers.instant().plus(delay);
    return new Decision.Again(
        tries.later(time),
        call.endpoint,
        "attempt %d failed (%s); the next one at %s"
            .formatted(tries.attempts(), error.kind(), time),
        error,
        delay);
  }

  private boolean isTooLong(@Nullable Duration pause) {
    return pause != null && pause.compareTo(settings.maxRetryAfter()) > 0;
  }

  private static String notice(Verdict verdict) {
    return Objects.requireNonNullElse(verdict.notice(), "it is unavailable");
  }

  private static String text(@Nullable Duration pause) {
    return pause == null
        ? "unknown length"
        : pause
            .truncatedTo(ChronoUnit.SECONDS)
            .toString()
            .substring("PT".length())
            .toLowerCase(Locale.ROOT);
  }

  /** The route from an endpoint on: itself and the later fallbacks, or all if it is no fallback. */
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
