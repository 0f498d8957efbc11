package dev.warren.gptfs.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.gptfs.http.Verdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The meaning of responses. */
class ClassifierTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private final Classifier classifier = new Classifier(new Redactor(List.of()), () -> NOW);

  private Verdict classify(int status, String body, String... headers) {
    return classifier.classify(
        new Reply.Answered(status, Headers.of(headers), body.getBytes(UTF_8), null));
  }

  /**
   * The service says whether a repetition makes sense; but an account without credit stays without
   * credit.
   */
  @ParameterizedTest
  @CsvSource({
    "401, false, HOLD",
    "402, false, HOLD",
    "403, FALSE, FAIL",
    "429, false, FAIL",
    "500, false, FAIL",
    "503, ' false ', FAIL",
    "400, false, FAIL",
    "400, true, RETRY",
    "404, TRUE, RETRY",
    "401, true, RETRY",
    "401, perhaps, HOLD",
    "500, perhaps, RETRY",
    "400, perhaps, FAIL"
  })
  void theServiceDecidesAboutRetries(int status, String should, Kind expected) {
    assertThat(classify(status, "{}", "x-should-retry", should).kind()).isEqualTo(expected);
  }

  @Test
  void anAccountWithoutCreditIsHeldDespiteXShouldRetryFalse() {
    String body = "{\"error\":{\"message\":\"no\",\"code\":\"insufficient_quota\"}}";
    Verdict verdict = classify(429, body, "x-should-retry", "false");
    assertThat(verdict.kind()).isEqualTo(Kind.HOLD);
    assertThat(Objects.requireNonNull(verdict.error()).kind()).isEqualTo("account");
  }

  @ParameterizedTest
  @CsvSource({
    "400, FAIL, rejected",
    "401, HOLD, account",
    "402, HOLD, account",
    "403, FAIL, rejected",
    "404, FAIL, rejected",
    "408, RETRY, transient",
    "409, RETRY, transient",
    "425, RETRY, transient",
    "429, RETRY, rate_limit",
    "499, FAIL, rejected",
    "500, RETRY, transient",
    "501, FAIL, rejected",
    "502, RETRY, transient",
    "503, RETRY, transient",
    "504, RETRY, transient",
    "505, FAIL, rejected",
    "519, FAIL, rejected",
    "520, RETRY, transient",
    "529, RETRY, transient",
    "498, RETRY, transient",
    "530, RETRY, transient"
  })
  void eachStatusHasItsMeaning(int status, Kind kind, String word) {
    Verdict verdict = classify(status, "{}");
    assertThat(verdict.kind()).isEqualTo(kind);
    assertThat(Objects.requireNonNull(verdict.error()).kind()).isEqualTo(word);
    assertThat(verdict.throttled()).isEqualTo(word.equals("rate_limit"));
    assertThat(verdict.error().retryable()).isEqualTo(kind != Kind.FAIL);
  }

  @ParameterizedTest
  @CsvSource({
    "insufficient_quota, HOLD",
    "rate_limit_exceeded, RETRY",
    "server_error, RETRY_UNCLEAR",
    "bad_request, FAIL"
  })
  void anErrorInsideAnAnswerMeansWhatItSays(String code, Kind kind) {
    String byCode = "{\"error\":{\"message\":\"no\",\"code\":\"" + code + "\"}}";
    String byType = "{\"error\":{\"message\":\"no\",\"type\":\"" + code + "\"}}";
    assertThat(classify(200, byCode).kind()).isEqualTo(kind);
    assertThat(classify(200, byType).kind()).isEqualTo(kind);
  }

  @Test
  void aPauseWithA503IsALimit() {
    Verdict verdict = classify(503, "{}", "Retry-After", "7");
    assertThat(verdict.throttled()).isTrue();
    assertThat(verdict.pause()).isEqualTo(Duration.ofSeconds(7));
    assertThat(classify(503, "{}").throttled()).isFalse();
    assertThat(classify(500, "{}", "Retry-After", "7").throttled()).isFalse();
  }

  @Test
  void aBodyWithoutAnErrorIsAnAnswer() {
    assertThat(classify(200, "{\"choices\":[]}").kind()).isEqualTo(Kind.ANSWER);
    assertThat(classify(200, "{\"error\":null}").kind()).isEqualTo(Kind.ANSWER);
    assertThat(classify(200, "[]").kind()).isEqualTo(Kind.RETRY_UNCLEAR);
  }

  /** A service may send any time, even one far in the future. */
  @ParameterizedTest
  @CsvSource({
    "Retry-After, 7, 7000",
    "Retry-After, 0.5, 500",
    "Retry-After, 7.66s, 7660",
    "Retry-After, 'Mon, 23 Nov 2026 12:00:09 GMT', 9000",
    "Retry-After, 999999999999, 31622400000",
    "Retry-After, 99999999999999999999999, 31622400000",
    "retry-after-ms, 250, 250",
    "X-RateLimit-Reset, 1795435205000, 5000",
    "X-RateLimit-Reset, 1795435205, 5000",
    "X-RateLimit-Reset, 5, 5000",
    "X-RateLimit-Reset, 1m30s, 90000"
  })
  void everyFormOfRetryAfterIsObeyed(String header, String value, long millis) {
    assertThat(classify(429, "{}", header, value).pause()).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void thePauseOfAServiceBehindARouterIsObeyed() {
    String body =
        "{\"error\":{\"code\":429,\"metadata\":{\"headers\":"
            + "{\"X-RateLimit-Reset\":\"1795435205000\"}}}}";
    assertThat(classify(429, body).pause()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void rateLimitHeadersSayHowLongToWait() {
    Verdict verdict =
        classify(
            429, "{}", "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "7.66s");
    assertThat(verdict.pause()).isEqualTo(Duration.ofMillis(7660));
  }
}
