package dev.warren.gptfs.http;

import dev.warren.api.Reason;
import dev.warren.gptfs.http.Verdict.Blame;
import dev.warren.gptfs.http.Verdict.Kind;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides what to do after a call, by the kind of failure, the status code and the error code; by
 * the message only where a service has no code.
 */
public final class Classifier {
  /** Codes of errors that only the account's owner can resolve. */
  private static final Set<String> ACCOUNT_CODES =
      Set.of(
          "insufficient_quota",
          "credit_balance_exhausted",
          "insufficient_credits",
          "insufficient_balance",
          "billing_hard_limit_reached",
          "billing_not_active",
          "billing_error",
          "account_deactivated",
          "account_suspended",
          "organization_deactivated",
          "access_terminated",
          "unsupported_country_region_territory",
          "ip_not_authorized",
          "invalid_api_key",
          "API_KEY_INVALID",
          "authentication_error");

  /** Codes of a 403 that refuses this request or this model, not the account. */
  private static final Set<String> REQUEST_CODES =
      Set.of(
          "model_not_found",
          "model_not_available",
          "content_filter",
          "content_policy_violation",
          "ResponsibleAIPolicyViolation",
          "moderation",
          "moderation_blocked",
          "flagged",
          "invalid_prompt",
          "cyber_policy_violation");

  private static final Set<String> LIMIT_CODES =
      Set.of("rate_limit_exceeded", "slow_down", "rate_limit_error", "overloaded_error");

  /** Codes of the service's own errors inside a 200: the request may have been processed. */
  private static final Set<String> SERVER_CODES =
      Set.of("server_error", "internal_server_error", "internal_error", "api_error", "timeout");

  /** Anthropic refuses an account without credit with 400 and the code of any invalid request. */
  private static final String NO_CREDIT = "credit balance is too low";

  private final Redactor redactor;
  private final InstantSource clock;

  /** A classifier whose errors hold no secrets, because the redactor removes them. */
  public Classifier(Redactor redactor, InstantSource clock) {
    this.redactor = redactor;
    this.clock = clock;
  }

  /** What a reply means. */
  public Verdict classify(Reply reply) {
    return switch (reply) {
      case Reply.Cancelled _ -> Verdict.CANCELLED;
      case Reply.NotSent e ->
          new Verdict(
              Kind.RETRY,
              Blame.ENDPOINT,
              null,
              false,
              failure("not_sent", e.cause(), "", true),
              "it cannot be reached");
      case Reply.Untrusted e ->
          new Verdict(
              Kind.FAIL,
              Blame.REQUEST,
              null,
              false,
              failure(
                  "certificate",
                  e.cause(),
                  "; a certificate that the system does not know is trusted if 'ca_file' names it",
                  false),
              "its certificate is not trusted");
      case Reply.Unclear e ->
          new Verdict(
              Kind.RETRY_UNCLEAR,
              Blame.UNSURE,
              null,
              false,
              failure("no_answer", e.cause(), "", true),
              "its connections fail during calls");
      case Reply.TooLong e ->
          new Verdict(
              Kind.FAIL,
              Blame.REQUEST,
              null,
              false,
              JobError.local(
                  "response_too_long", "the answer has more than " + e.limit() + " bytes"),
              null);
      case Reply.Answered answered -> answered(answered);
    };
  }

  private Verdict answered(Reply.Answered reply) {
    if (reply.status() / 100 != 2) {
      return byStatus(reply, reply.status(), ErrorBody.of(reply.body()));
    }
    ObjectNode body = Json.object(reply.body()).orElse(null);
    if (body == null) {
      return unreadable(reply);
    }
    if (!ErrorBody.isThere(body)) {
      return Verdict.ANSWER;
    }
    // Routers report an error of their own upstream as a 200 with the error in the body.
    ErrorBody error = ErrorBody.of(body);
    return byStatus(reply, error.status() == 0 ? 200 : error.status(), error);
  }

  /** A 200 that is not JSON: cut off in transit, or not from the service at all. */
  private Verdict unreadable(Reply.Answered reply) {
    ErrorBody text = ErrorBody.of(reply.body());
    if (Repair.isWhole(reply.body(), reply.headers().get("Content-Encoding"))) {
      // The response was paid for, and that to a repeated request would look the same.
      return noAnswer(
          reply, "unreadable_answer", "the answer cannot be read: " + text.message(), false);
    }
    return new Verdict(
        Kind.RETRY_UNCLEAR,
        Blame.UNSURE,
        null,
        false,
        error(
            "malformed_answer",
            reply,
            null,
            "the answer is not a JSON object: " + text.message(),
            true),
        "its answers cannot be read");
  }

  /**
   * A complete response that holds no answer which can be published.
   *
   * @param retry whether another call may return one
   */
  public Verdict noAnswer(Reply.Answered reply, String kind, String text, boolean retry) {
    return new Verdict(
        retry ? Kind.RETRY_UNCLEAR : Kind.FAIL,
        retry ? Blame.UNSURE : Blame.REQUEST,
        null,
        false,
        error(kind, reply, null, text, retry),
        "its responses hold no answer");
  }

  private Verdict byStatus(Reply.Answered reply, int status, ErrorBody error) {
    boolean account =
        error.says(ACCOUNT_CODES) || error.message().toLowerCase(Locale.ROOT).contains(NO_CREDIT);
    Kind kind =
        switch (status) {
          case 401, 402 -> Kind.HOLD;
          case 408, 409, 425, 498, 500, 502, 503, 504, 530 -> Kind.RETRY;
          case 429 -> account ? Kind.HOLD : Kind.RETRY;
          case 200 -> inside200(account, error);
          default ->
              status >= 520 && status <= 529
                  ? Kind.RETRY
                  : account && status < 500 ? Kind.HOLD : Kind.FAIL;
        };
    String override = reply.headers().get("x-should-retry");
    if (override != null) {
      kind =
          switch (override.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> Kind.RETRY;
            case "false" -> kind == Kind.HOLD ? Kind.HOLD : Kind.FAIL;
            default -> kind;
          };
    }
    Duration pause = RetryAfter.of(reply.headers(), error.error(), clock.instant(), status);
    boolean throttled =
        kind == Kind.RETRY
            && (status == 429 || error.says(LIMIT_CODES) || (status == 503 && pause != null));
    String word =
        switch (kind) {
          case HOLD -> "account";
          case RETRY, RETRY_UNCLEAR -> throttled ? "rate_limit" : "transient";
          default -> "rejected";
        };
    return new Verdict(
        kind,
        blame(kind, status, throttled, error),
        pause,
        throttled,
        error(
            word,
            reply,
            error,
            "HTTP " + reply.status() + ": " + error.message() + where(reply),
            kind != Kind.FAIL),
        "HTTP " + reply.status() + ": " + notice(kind, status, throttled));
  }

  private static Blame blame(Kind kind, int status, boolean throttled, ErrorBody error) {
    return switch (kind) {
      case RETRY ->
          throttled || status == 503 || status == 529 || status == 530
              ? Blame.ENDPOINT
              : Blame.UNSURE;
      case FAIL ->
          status == 403 && !error.says(REQUEST_CODES) && !isModeration(error)
              ? Blame.UNSURE
              : Blame.REQUEST;
      case HOLD, RETRY_UNCLEAR -> Blame.UNSURE;
      case ANSWER, CANCELLED -> Blame.REQUEST;
    };
  }

  /** OpenRouter lists the reasons for which a prompt was flagged. */
  private static boolean isModeration(ErrorBody error) {
    return !error.error().path("metadata").path("reasons").isMissingNode();
  }

  private static String notice(Kind kind, int status, boolean throttled) {
    if (kind == Kind.HOLD) {
      return switch (status) {
        case 401 -> "the key is not accepted";
        case 402 -> "the account needs payment";
        case 429 -> "the account's quota is used up";
        default -> "the account is refused";
      };
    }
    return kind == Kind.FAIL
        ? "it refuses every call"
        : throttled ? "it limits how often it is called" : "it is unavailable";
  }

  private static String where(Reply.Answered reply) {
    String location = reply.status() / 100 == 3 ? reply.headers().get("Location") : null;
    return location == null
        ? ""
        : " (it points to " + location + "; redirects are not followed, set api_host to that)";
  }

  private static Kind inside200(boolean account, ErrorBody error) {
    if (account) {
      return Kind.HOLD;
    }
    return error.says(LIMIT_CODES)
        ? Kind.RETRY
        : error.says(SERVER_CODES) ? Kind.RETRY_UNCLEAR : Kind.FAIL;
  }

  private JobError error(
      String word,
      Reply.Answered reply,
      @Nullable ErrorBody error,
      String text,
      boolean retryable) {
    String type = error == null ? null : error.type();
    String code = error == null ? null : error.code();
    return new JobError(
        word,
        reply.status(),
        type == null ? null : redactor.message(type),
        code == null ? null : redactor.message(code),
        redactor.message(text),
        retryable,
        reply.requestId());
  }

  private JobError failure(String word, IOException cause, String advice, boolean retryable) {
    return new JobError(
        word, null, null, null, redactor.message(Reason.of(cause)) + advice, retryable, null);
  }
}
