package dev.warren.gptfs.http;

import dev.warren.api.Reason;
import dev.warren.gptfs.http.Verdict.Kind;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides by kind of failure, status code and error code what is to be done; never by a message.
 */
public final class Classifier {
  /** Codes of errors that only the account's owner can end. */
  private static final Set<String> ACCOUNT_CODES =
      Set.of(
          "insufficient_quota",
          "credit_balance_exhausted",
          "billing_hard_limit_reached",
          "billing_not_active",
          "account_deactivated",
          "access_terminated",
          "invalid_api_key");

  private static final Set<String> LIMIT_CODES =
      Set.of("rate_limit_exceeded", "slow_down", "rate_limit_error", "overloaded_error");

  /** Errors of the service inside a 200 that had begun: perhaps worked on. */
  private static final Set<String> SERVER_CODES =
      Set.of("server_error", "internal_server_error", "internal_error", "api_error", "timeout");

  private final Redactor redactor;
  private final InstantSource clock;

  /** A classifier whose errors are cleaned by a redactor. */
  public Classifier(Redactor redactor, InstantSource clock) {
    this.redactor = redactor;
    this.clock = clock;
  }

  /** What a reply means. */
  public Verdict classify(Reply reply) {
    return switch (reply) {
      case Reply.Cancelled _ -> Verdict.CANCELLED;
      case Reply.NotSent e ->
          new Verdict(Kind.RETRY, null, true, failure("not_sent", e.cause(), true));
      case Reply.Untrusted e ->
          new Verdict(Kind.FAIL, null, false, failure("certificate", e.cause(), false));
      case Reply.Unclear e ->
          new Verdict(Kind.RETRY_UNCLEAR, null, false, failure("no_answer", e.cause(), true));
      case Reply.TooLong e ->
          new Verdict(
              Kind.FAIL,
              null,
              false,
              JobError.local(
                  "response_too_long", "the answer has more than " + e.limit() + " bytes"));
      case Reply.Answered answered -> answered(answered);
    };
  }

  private Verdict answered(Reply.Answered reply) {
    ObjectNode body = Json.object(reply.body()).orElse(null);
    if (reply.status() / 100 != 2) {
      return byStatus(reply, reply.status(), body);
    }
    if (body == null) {
      return new Verdict(
          Kind.RETRY_UNCLEAR,
          null,
          false,
          error("malformed_answer", reply, null, "the answer is not a JSON object", true));
    }
    JsonNode error = body.path("error");
    if (error.isMissingNode() || error.isNull()) {
      return Verdict.ANSWER;
    }
    // 200 with an error inside: routers report so what their own upstream answered.
    int inner = (int) Json.number(error, "code");
    return byStatus(reply, inner >= 400 && inner <= 599 ? inner : 200, body);
  }

  private Verdict byStatus(Reply.Answered reply, int status, @Nullable ObjectNode body) {
    JsonNode error = body == null ? Json.object() : body.path("error");
    String code = Json.text(error, "code");
    String type = Json.text(error, "type");
    boolean account = isIn(ACCOUNT_CODES, code, type);
    Kind kind =
        switch (status) {
          case 401, 402, 403 -> Kind.HOLD;
          case 408, 409, 425, 500, 502, 503, 504 -> Kind.RETRY;
          case 429 -> account ? Kind.HOLD : Kind.RETRY;
          case 200 -> inside200(account, code, type);
          default -> status >= 520 && status <= 529 ? Kind.RETRY : Kind.FAIL;
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
    Duration pause = RetryAfter.of(reply.headers(), clock.instant());
    boolean throttled =
        kind == Kind.RETRY
            && (status == 429 || isIn(LIMIT_CODES, code, type) || (status == 503 && pause != null));
    String message = Json.text(error, "message");
    if (message == null && error.isString()) {
      message = error.stringValue();
    }
    if (message == null) {
      message = excerpt(reply.body());
    }
    String word =
        switch (kind) {
          case HOLD -> "account";
          case RETRY, RETRY_UNCLEAR -> throttled ? "rate_limit" : "transient";
          default -> "rejected";
        };
    return new Verdict(
        kind,
        pause,
        throttled,
        error(word, reply, error, "HTTP " + reply.status() + ": " + message, kind != Kind.FAIL));
  }

  private static Kind inside200(boolean account, @Nullable String code, @Nullable String type) {
    if (account) {
      return Kind.HOLD;
    }
    return isIn(LIMIT_CODES, code, type)
        ? Kind.RETRY
        : isIn(SERVER_CODES, code, type) ? Kind.RETRY_UNCLEAR : Kind.FAIL;
  }

  private static boolean isIn(Set<String> words, @Nullable String code, @Nullable String type) {
    return (code != null && words.contains(code)) || (type != null && words.contains(type));
  }

  private static String excerpt(byte[] body) {
    String text =
        new String(
            body, 0, Math.min(body.length, 2 * JobError.MAX_MESSAGE), StandardCharsets.UTF_8);
    return text.isBlank() ? "(no text)" : text.replaceAll("\\s+", " ").strip();
  }

  private JobError error(
      String word, Reply.Answered reply, @Nullable JsonNode error, String text, boolean retryable) {
    String type = error == null ? null : Json.text(error, "type");
    String code = error == null ? null : Json.text(error, "code");
    return new JobError(
        word,
        reply.status(),
        type == null ? null : redactor.message(type),
        code == null ? null : redactor.message(code),
        redactor.message(text),
        retryable,
        reply.requestId());
  }

  private JobError failure(String word, IOException cause, boolean retryable) {
    return new JobError(
        word, null, null, null, redactor.message(Reason.of(cause)), retryable, null);
  }
}
