package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Metrics;
import dev.warren.frontend.Source;
import dev.warren.frontend.Source.Kind;
import dev.warren.ninep.Logged;
import dev.warren.ninep.server.Refusals.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The log of refused connections. */
class RefusalsTest {
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

  private final Logged logged = new Logged(Refusals.class);
  private final Counts counts = new Counts();
  private final Refusals refusals = new Refusals(counts);

  @AfterEach
  void stop() {
    logged.close();
  }

  private static Peer peer(int uid) {
    return new Peer(
        Source.local(Kind.LOOPBACK, OptionalInt.of(uid)), OptionalInt::empty, "127.0.0.1:4000");
  }

  @Test
  void theFirstOfASourceIsLoggedAtOnceAndFurtherOnesAreSummedUp() {
    for (int i = 0; i < 4000; i++) {
      refusals.add(peer(1001), Reason.ATTACH, "runs as user 1001");
    }
    refusals.add(peer(1001), Reason.TIMEOUT, "after 30s");
    refusals.add(peer(1002), Reason.ATTACH, "runs as user 1002");
    assertThat(logged.lines())
        .containsExactly(
            "user 1001, 127.0.0.1:4000: attach refused: runs as user 1001",
            "user 1001, 127.0.0.1:4000: not attached in time: after 30s",
            "user 1002, 127.0.0.1:4000: attach refused: runs as user 1002");
    refusals.sweep();
    assertThat(logged.lines()).hasSize(4).endsWith("user 1001: further 3999 times attach refused");
    refusals.sweep();
    assertThat(logged.lines()).hasSize(4);
    assertThat(counts.counts.get(List.of("reason", "attach", "source", "loopback")))
        .isEqualTo(4001);
  }

  /** A client with many addresses gets no log line for each. */
  @Test
  void manySourcesAreSummedUp() {
    for (int uid = 0; uid < 10_000; uid++) {
      refusals.add(peer(uid), Reason.ATTACH, "x");
    }
    assertThat(logged.lines()).hasSizeLessThan(300);
    refusals.sweep();
    assertThat(logged.lines().getLast()).startsWith("others: further 9").endsWith("attach refused");
  }
}
