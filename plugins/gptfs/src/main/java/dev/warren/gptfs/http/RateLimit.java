package dev.warren.gptfs.http;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** Reads the {@code x-ratelimit-*} headers of a response. */
public final class RateLimit {
  private static final Pattern PIECE =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h|d)");

  private RateLimit() {}

  /**
   * How long the rate limit stays exhausted; zero if something is left, or if the headers are
   * missing or make no sense, such as the {@code -1} of some servers.
   */
  public static Duration exhaustedFor(Headers headers) {
    Duration longest = Duration.ZERO;
    for (String kind : new String[] {"requests", "tokens"}) {
      String remaining = headers.get("x-ratelimit-remaining-" + kind);
      String reset = headers.get("x-ratelimit-reset-" + kind);
      if (remaining != null && remaining.strip().equals("0") && reset != null) {
        Duration wait = parse(reset.strip());
        if (wait != null && wait.compareTo(longest) > 0) {
          longest = wait;
        }
      }
    }
    return longest;
  }

  /** Parses {@code 1s}, {@code 6m0s}, {@code 12ms}, or seconds; null for anything else. */
  static @Nullable Duration parse(String text) {
    if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      return Duration.ofMillis((long) Math.ceil(Double.parseDouble(text) * 1000));
    }
    Matcher piece = PIECE.matcher(text);
    double nanos = 0;
    int end = 0;
    while (piece.find() && piece.start() == end) {
      end = piece.end();
      nanos += Double.parseDouble(piece.group(1)) * unit(piece.group(2));
    }
    if (end != text.length() || end == 0) {
      return null;
    }
    return nanos >= RetryAfter.LONGEST.toNanos()
        ? RetryAfter.LONGEST
        : Duration.ofNanos((long) Math.ceil(nanos));
  }

  private static double unit(String name) {
    return switch (name) {
      case "ns" -> 1;
      case "us", "µs" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      case "h" -> 3600e9;
      default -> 86_400e9;
    };
  }
}
