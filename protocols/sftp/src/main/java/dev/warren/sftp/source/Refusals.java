package dev.warren.sftp.source;

import dev.warren.api.Metrics;
import dev.warren.frontend.AddressText;
import dev.warren.frontend.Source;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs refusals. Metrics count each refusal. The log gets a limited number of lines from
 * each source per minute, and then the number of further refusals, so that a flood of connections
 * is not a flood of lines. Thread-safe.
 */
public final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final Duration WINDOW = Duration.ofMinutes(1);

  /**
   * Maximum lines about one source in a window: more than the threshold of programs that act on
   * logs.
   */
  private static final int MAX_LINES = 10;

  /** Maximum lines about all sources together, and below, of the summary at the window's end. */
  private static final int MAX_LINES_OF_ALL = 100;

  private static final int MAX_SUMS = 20;
  private static final int MAX_SOURCES = 10_000;

  private final InstantSource time;
  private final Consumer<String> log;
  private final Metrics metrics;
  private final Map<Reason, Metrics.Counter> counters = new ConcurrentHashMap<>();
  private final Map<Source, Refused> refused = new HashMap<>();
  private Instant end = Instant.MIN;
  private int lines;
  private long unknown;

  /** The reason for a refusal, as a label in metrics. */
  public enum Why {
    /** Too many connections have not logged in. */
    STARTUPS,
    /** There is no memory for a connection, logged in or not. */
    MEMORY,
    /** A client did not log in in time. */
    GRACE,
    /** A login failed. */
    LOGIN,
    /** Too many logins failed on one connection. */
    TRIES,
    /** There are too many sessions. */
    SESSIONS,
    /** The client did not send SSH, or sent more than is accepted. */
    PROTOCOL;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Reason(Why why, Source.Kind kind) {}

  private static final class Refused {
    private final String address;
    private int lines;
    private long more;

    Refused(String address) {
      this.address = address;
    }
  }

  /** Creates the refusals, with lines that go to the log. */
  public Refusals(InstantSource time, Metrics metrics) {
    this(time, metrics, LOG::info);
  }

  Refusals(InstantSource time, Metrics metrics, Consumer<String> log) {
    this.time = time;
    this.log = log;
    this.metrics = metrics;
    metrics.describe(
        "sftp_refused", "connections and log-ins that were refused, by reason and source");
    for (Why why : Why.values()) {
      for (Source.Kind kind : Source.OVER_TCP) {
        var _ = counter(why, kind); // so that metrics show 0 before the first
      }
    }
  }

  private Metrics.Counter counter(Why why, Source.Kind kind) {
    return counters.computeIfAbsent(
        new Reason(why, kind),
        _ -> metrics.counter("sftp_refused", "reason", why.label(), "source", kind.label()));
  }

  /**
   * Counts a refusal, and perhaps logs it.
   *
   * @param remote the client's address, which the line contains
   * @param line the line for the log
   */
  public void refused(SocketAddress remote, Why why, String line) {
    Source source = Source.of(remote);
    counter(why, source.kind()).increment();
    List<String> said = new ArrayList<>();
    synchronized (this) {
      Instant now = time.instant();
      if (!now.isBefore(end)) {
        sums(said);
        end = now.plus(WINDOW);
      }
      if (isSaid(source, remote)) {
        said.add(line);
      }
    }
    said.forEach(log);
  }

  private boolean isSaid(Source source, SocketAddress remote) {
    Refused before = refused.get(source);
    if (before == null && refused.size() >= MAX_SOURCES) {
      unknown++;
      return false;
    }
    Refused count = before == null ? new Refused(host(remote)) : before;
    refused.put(source, count);
    if (count.lines >= MAX_LINES || lines >= MAX_LINES_OF_ALL) {
      count.more++;
      return false;
    }
    count.lines++;
    lines++;
    return true;
  }

  private static String host(SocketAddress remote) {
    String text = AddressText.of(remote);
    return text.substring(0, Math.max(text.lastIndexOf(':'), 0));
  }

  /** Logs the summary of the last minute, if that is over; to be called regularly. */
  public void tick() {
    List<String> said = new ArrayList<>();
    synchronized (this) {
      if (!refused.isEmpty() && !time.instant().isBefore(end)) {
        sums(said);
      }
    }
    said.forEach(log);
  }

  private void sums(List<String> said) {
    List<Map.Entry<Source, Refused>> most =
        refused.entrySet().stream()
            .filter(entry -> entry.getValue().more > 0)
            .sorted(Comparator.comparingLong(entry -> -entry.getValue().more))
            .toList();
    for (Map.Entry<Source, Refused> entry : most.subList(0, Math.min(MAX_SUMS, most.size()))) {
      said.add(
          "refused %d more from %s: all of %s within a minute"
              .formatted(entry.getValue().more, entry.getValue().address, entry.getKey().name()));
    }
    long others =
        unknown + most.stream().skip(MAX_SUMS).mapToLong(entry -> entry.getValue().more).sum();
    if (others > 0) {
      said.add("refused %d more from other addresses within a minute".formatted(others));
    }
    refused.clear();
    lines = 0;
    unknown = 0;
  }
}
