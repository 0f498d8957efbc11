package dev.warren.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.server.http.Throughput.Rate;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ThroughputTest {
  private Instant now = Instant.EPOCH;
  private Totals totals = new Totals(100, 0, 0);
  private final Throughput throughput = new Throughput(() -> totals, () -> now);

  private void after(int seconds, Totals then) {
    now = now.plusSeconds(seconds);
    totals = then;
    throughput.sample();
  }

  @Test
  void ratesArePerSecond() {
    after(5, new Totals(150, 1000, 0));
    after(10, new Totals(150, 1000, 20));
    assertThat(throughput.rates())
        .containsExactly(
            new Rate(Instant.ofEpochSecond(5), 10, 200, 0),
            new Rate(Instant.ofEpochSecond(15), 0, 0, 2));
  }

  @Test
  void anUnmountCausesNoNegativeRate() {
    after(5, new Totals(10, 0, 0));
    after(5, new Totals(20, 0, 0));
    assertThat(throughput.rates().stream().map(Rate::operations)).containsExactly(0.0, 2.0);
  }

  @Test
  void tenMinutesAreKept() {
    for (int i = 0; i < 200; i++) {
      after(5, new Totals(i, 0, 0));
    }
    assertThat(throughput.rates()).hasSize(Throughput.KEPT);
    assertThat(throughput.rates().getLast().at()).isEqualTo(Instant.ofEpochSecond(1000));
  }

  @Test
  void aSourceThatFailsOnceIsReadAgain() {
    Throughput failing =
        new Throughput(
            () -> {
              if (totals.operations() == 150) {
                throw new StackOverflowError();
              }
              return totals;
            },
            () -> now);
    for (long operations : new long[] {150, 200}) {
      now = now.plusSeconds(5);
      totals = new Totals(operations, 0, 0);
      failing.tick();
    }
    assertThat(failing.rates()).containsExactly(new Rate(now, 10, 0, 0));
  }
}
