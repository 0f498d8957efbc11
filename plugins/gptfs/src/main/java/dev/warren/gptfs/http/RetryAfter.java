package dev.warren.gptfs.http;

import dev.warren.gptfs.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How long a service asks not to be called.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, 10.2.3</a>
 */
final class RetryAfter {
  /** Longer pauses are shortened to this, so that later additions do not overflow. */
  static final Duration LONGEST = Duration.ofDays(366);

  /** Numbers from here on are seconds since 1970, from {@link #EPOCH_MILLIS} on milliseconds. */
  private static final double EPOCH_SECONDS = 1e9;

  private static final double EPOCH_MILLIS = 1e12;

  private RetryAfter() {}

  /**
   * The pause from {@code retry-after-ms}, or {@code Retry-After} (seconds, perhaps with a
   * fraction, or a date), or else, if the status is 429 or 503, from the time at which the service
   * resets its rate limit; null if the service asks for none.
   *
   * @param error may hold headers of a service behind the one that responded
   */
  static @Nullable Duration of(Headers headers, JsonNode error, Instant now, int status) {
    Duration asked = asked(headers, now);
    if (asked != null || (status != 429 && status != 503)) {
      return asked;
    }
    Duration reset = reset(headers.get("X-RateLimit-Reset"), now);
    if (reset != null) {
      return reset;
    }
    JsonNode behind = error.path("metadata").path("headers");
    String inside = Json.text(behind, "X-RateLimit-Reset");
    if (inside != null) {
      return reset(inside, now);
    }
    Duration rest = RateLimit.exhaustedFor(headers);
    return rest.isPositive() ? rest : null;
  }

  private static @Nullable Duration asked(Headers headers, Instant now) {
    Duration millis = number(headers.get("retry-after-ms"), 1);
    if (millis != null) {
      return millis;
    }
    String value = headers.get("Retry-After");
    if (value == null) {
      return null;
    }
    Duration seconds = number(value, 1000);
    if (seconds != null) {
      return seconds;
    }
    Duration pieces = RateLimit.parse(value.strip()); // some services send "7.66s"
    return pieces != null ? pieces : date(value.strip(), now);
  }

  /** Parses seconds, {@code 7.66s}, a date, or seconds or milliseconds since 1970. */
  private static @Nullable Duration reset(@Nullable String value, Instant now) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    if (text.matches("[0-9]{10,15}(\\.[0-9]{1,9})?")) {
      double number = Double.parseDouble(text);
      if (number >= EPOCH_SECONDS) {
        Instant at = Instant.ofEpochMilli((long) (number >= EPOCH_MILLIS ? number : number * 1000));
        return until(now, at);
      }
    }
    Duration pieces = RateLimit.parse(text);
    return pieces != null ? pieces : date(text, now);
  }

  private static @Nullable Duration date(String text, Instant now) {
    for (DateTimeFormatter format :
        List.of(DateTimeFormatter.RFC_1123_DATE_TIME, DateTimeFormatter.ISO_DATE_TIME)) {
      try {
        return until(now, ZonedDateTime.parse(text, format).toInstant());
      } catch (DateTimeParseException e) {
        // it has the other format, or neither
      }
    }
    return null;
  }

  private static Duration until(Instant now, Instant then) {
    return then.isBefore(now) ? Duration.ZERO : bounded(Duration.between(now, then));
  }

  private static @Nullable Duration number(@Nullable String value, int factor) {
    if (value == null || !value.strip().matches("[0-9]{1,30}(\\.[0-9]{1,30})?")) {
      return null;
    }
    double millis = Math.ceil(Double.parseDouble(value.strip()) * factor);
    return millis >= LONGEST.toMillis() ? LONGEST : Duration.ofMillis((long) millis);
  }

  static Duration bounded(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }
}
