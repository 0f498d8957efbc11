package dev.warren.sftp.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.warren.api.Metrics;
import dev.warren.sftp.source.Refusals.Why;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final List<String> log = new ArrayList<>();
  private final Counts counts = new Counts();
  private final Refusals refusals = new Refusals(() -> now, counts, log::add);

  private static final class Counts implements Metrics {
    private final Map<List<String>, Double> counts = new HashMap<>();

    @Override
    public Counter counter(String name, String... labels) {
      return amount -> counts.merge(List.of(labels), amount, Double::sum);
    }

    @Override
    public Timer timer(String name, String... labels) {
      return duration -> {};
    }

    @Override
    public void gauge(String name, DoubleSupplier value, String... labels) {}
  }

  private void refuse(String address, int times) {
    InetSocketAddress remote = new InetSocketAddress(InetAddress.ofLiteral(address), 4711);
    for (int i = 0; i < times; i++) {
      refusals.refused(remote, Why.STARTUPS, "refused " + address);
    }
  }

  @Test
  void aFewRefusalsAreLoggedEach() {
    refuse("192.0.2.1", 10);
    assertThat(log).hasSize(10).allMatch("refused 192.0.2.1"::equals);
  }

  /** Metrics also count refusals that are not in the log. */
  @Test
  void eachIsCountedByReasonAndSource() {
    refuse("127.0.0.1", 30);
    refuse("192.0.2.1", 20);
    refuse("192.0.2.2", 5);
    refusals.refused(
        new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711), Why.LOGIN, "a log-in");
    assertThat(counts.counts)
        .containsOnly(
            entry(List.of("reason", "startups", "source", "loopback"), 30.0),
            entry(List.of("reason", "startups", "source", "network"), 25.0),
            entry(List.of("reason", "login", "source", "network"), 1.0));
  }

  @Test
  void moreAreSummedUpWhenTheMinuteIsOver() {
    refuse("192.0.2.1", 1000);
    refuse("2001:db8:1:2::1", 10);
    refuse("2001:db8:1:2::2", 5);
    assertThat(log).hasSize(20);
    refusals.tick();
    assertThat(log).hasSize(20);
    now = now.plus(Duration.ofMinutes(1));
    refusals.tick();
    assertThat(log.subList(20, log.size()))
        .containsExactly(
            "refused 990 more from 192.0.2.1: all of 192.0.2.1 within a minute",
            "refused 5 more from [2001:db8:1:2::1]: all of 2001:db8:1:2::/64 within a minute");
    refuse("192.0.2.1", 1);
    assertThat(log).last().isEqualTo("refused 192.0.2.1");
  }

  /** A refusal after the minute logs the summary too, in case tick is not called. */
  @Test
  void theNextRefusalLogsTheSummary() {
    refuse("192.0.2.1", 12);
    now = now.plus(Duration.ofHours(1));
    refuse("192.0.2.1", 1);
    assertThat(log.subList(10, 12))
        .containsExactly(
            "refused 2 more from 192.0.2.1: all of 192.0.2.1 within a minute", "refused 192.0.2.1");
  }

  @Test
  void manySourcesDoNotFillTheLogEither() {
    for (int i = 0; i < 20_000; i++) {
      refuse("10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255), 1);
    }
    now = now.plus(Duration.ofMinutes(1));
    refusals.tick();
    assertThat(log).hasSizeLessThan(200);
    assertThat(log).last().asString().contains("other addresses");
  }
}
