package dev.warren.ninep.server;

import dev.warren.api.Metrics;
import dev.warren.frontend.Source;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs refused connections. The first of each source and reason is logged at once; the
 * number of those that follow is logged in one line when {@link #sweep} is called. So a client that
 * is refused ten thousand times a second does not fill the disk. Thread-safe.
 */
final class Refusals {
  /** The reason for a refusal. */
  enum Reason {
    /** Too many connections have attached, or too many have not. */
    TOO_MANY("too many connections"),
    /** Tattach was refused. */
    ATTACH("attach refused"),
    /** The client did not attach in time. */
    TIMEOUT("not attached in time"),
    /** The client violated the protocol. */
    PROTOCOL("protocol violated"),
    /** There is no memory for the connection. */
    MEMORY("no memory left for it");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How many sources are counted separately between two sweeps. */
  private static final int MOST_SOURCES = 256;

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  /** For each source and reason: how many refusals followed the one that was logged. */
  private final Map<String, Map<Reason, Long>> more = new LinkedHashMap<>();

  private final Map<Source.Kind, Map<Reason, Metrics.Counter>> counters =
      new EnumMap<>(Source.Kind.class);

  Refusals(Metrics metrics) {
    String name = "ninep_connections_refused_total";
    metrics.describe(name, "connections that were refused or ended, by reason and source");
    for (Source.Kind kind : Source.Kind.values()) {
      Map<Reason, Metrics.Counter> ofKind = new EnumMap<>(Reason.class);
      for (Reason reason : Reason.values()) {
        ofKind.put(reason, metrics.counter(name, "reason", reason.label(), "source", kind.label()));
      }
      counters.put(kind, ofKind);
    }
  }

  /**
   * Counts a refusal.
   *
   * @param detail logged if the refusal is the first of its kind
   */
  void add(Peer peer, Reason reason, String detail) {
    Source source = peer.source();
    Map<Reason, Metrics.Counter> ofKind = counters.get(source.kind());
    Metrics.Counter counter = ofKind == null ? null : ofKind.get(reason);
    if (counter != null) {
      counter.increment();
    }
    if (isFirst(source.name(), reason)) {
      log.info("{}: {}: {}", peer, reason.words, detail);
    }
  }

  private synchronized boolean isFirst(String source, Reason reason) {
    boolean known = more.containsKey(source) || more.size() < MOST_SOURCES;
    return more.computeIfAbsent(known ? source : "others", _ -> new EnumMap<>(Reason.class))
            .merge(reason, 0L, (before, _) -> before + 1)
        == 0;
  }

  /** Logs how many refusals followed since the last call. */
  void sweep() {
    Map<String, Map<Reason, Long>> counted;
    synchronized (this) {
      counted = new LinkedHashMap<>(more);
      more.clear();
    }
    counted.forEach(
        (source, reasons) -> {
          String summary =
              reasons.entrySet().stream()
                  .filter(each -> each.getValue() > 0)
                  .map(each -> "%d times %s".formatted(each.getValue(), each.getKey().words))
                  .collect(Collectors.joining(", "));
          if (!summary.isEmpty()) {
            log.info("{}: further {}", source, summary);
          }
        });
  }
}
