package dev.warren.server.http;

import dev.warren.api.Metrics;
import dev.warren.frontend.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections that were closed because of their clients' behaviour, and logs them in few
 * lines: the first at once, further ones summed up. Use on the event loop only.
 */
final class Drops {
  /** Why a connection was closed. */
  enum Reason {
    QUOTA("quota", "too many connections"),
    REQUEST("request", "no request came in time"),
    ANSWER("answer", "the client did not read the response");

    private final String label;
    private final String text;

    Reason(String label, String text) {
      this.label = label;
      this.text = text;
    }
  }

  /** Events that are summed up in one line of the log. */
  private record Kind(Reason reason, Source source) {}

  private static final String METRIC = "http_connections_dropped_total";

  private static final Logger log = LoggerFactory.getLogger(Drops.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** With more kinds than this in an interval, further sources are summed up as one. */
  private static final int MOST_SOURCES = 20;

  private final Metrics metrics;
  private final InstantSource clock;
  private final Map<Kind, Integer> since = new HashMap<>();
  private Instant begin = Instant.MIN;

  Drops(Metrics metrics, InstantSource clock) {
    this.metrics = metrics;
    this.clock = clock;
    metrics.describe(
        METRIC,
        "connections closed because there were too many, or the client was too slow, by reason and"
            + " source");
    for (Reason reason : Reason.values()) {
      for (Source.Kind kind : Source.OVER_TCP) {
        var _ = counter(reason, kind); // so that scrapes show 0 before the first event
      }
    }
  }

  private Metrics.Counter counter(Reason reason, Source.Kind kind) {
    return metrics.counter(METRIC, "reason", reason.label, "source", kind.label());
  }

  void count(Reason reason, Source source) {
    counter(reason, source.kind()).increment();
    report();
    Kind kind = new Kind(reason, source);
    if (!since.containsKey(kind) && since.size() >= MOST_SOURCES) {
      kind = new Kind(reason, new Source(source.kind(), "others"));
    }
    if (since.merge(kind, 1, Integer::sum) == 1) {
      log.info("closed a connection from {}: {}", source.name(), reason.text);
    }
  }

  /** Logs what was counted, if the interval has passed. */
  void report() {
    Instant now = clock.instant();
    if (begin.isAfter(now.minus(INTERVAL))) {
      return;
    }
    begin = now;
    since.forEach(
        (kind, count) -> {
          if (count > 1) {
            log.info(
                "closed {} connections from {} in the last minutes: {}",
                count,
                kind.source().name(),
                kind.reason().text);
          }
        });
    since.clear();
  }
}
