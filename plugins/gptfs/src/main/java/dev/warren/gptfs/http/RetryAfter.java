package dev.warren.gptfs.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * How long a service asks us to stay away.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, 10.2.3</a>
 */
final class RetryAfter {
  private RetryAfter() {}

  /**
   * From {@code retry-after-ms} or else {@code Retry-After}: seconds, with a fraction, or a date.
   */
  static @Nullable Duration of(Headers headers, Instant now) {
    Duration millis = millis(headers.get("retry-after-ms"), 1);
    if (millis != null) {
      return millis;
    }
    String value = headers.get("Retry-After");
    Duration seconds = millis(value, 1000);
    if (seconds != null || value == null) {
      return seconds;
    }
    try {
      Instant date =
          ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration until = Duration.between(now, date);
      return until.isNegative() ? Duration.ZERO : until;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static @Nullable Duration millis(@Nullable String value, int factor) {
    if (value == null || !value.strip().matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
      return null;
    }
    return Duration.ofMillis((long) Math.ceil(Double.parseDouble(value.strip()) * factor));
  }
}
