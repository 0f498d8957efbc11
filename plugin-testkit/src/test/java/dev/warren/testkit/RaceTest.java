package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RaceTest {
  @Test
  void resultsComeInTheOrderOfTheThreads() throws Exception {
    assertThat(Race.results(4, index -> index * 10)).containsExactly(0, 10, 20, 30);
  }

  @Test
  void theFailureOfOneThreadIsTheFailureOfAll() {
    assertThatThrownBy(
            () ->
                Race.run(
                    3,
                    index -> {
                      if (index == 1) {
                        throw new IllegalStateException("one");
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("one");
  }

  @Test
  void noThreadBeginsARoundBeforeAllHaveEndedTheLast() throws Exception {
    int threads = 4;
    AtomicInteger begun = new AtomicInteger();
    Race.rounds(
        threads,
        25,
        (index, round) -> {
          int before = begun.getAndIncrement();
          assertThat(before).isBetween(round * threads, (round + 1) * threads - 1);
        });
    assertThat(begun).hasValue(100);
  }
}
