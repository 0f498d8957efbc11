package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import org.junit.jupiter.api.Test;

/** When an event loop polls for requests before it sleeps. */
class SpeedSpinTest {
  private final SelectStrategy spin = BriefSpin.FACTORY.newSelectStrategy();
  private int looks;
  private int ready;

  private int decide(boolean hasTasks) throws Exception {
    return spin.calculateStrategy(
        () -> {
          looks++;
          return ready;
        },
        hasTasks);
  }

  @Test
  void itPollsOccasionallyAndContinuesIfItPays() throws Exception {
    for (int i = 0; i < 63; i++) {
      assertThat(decide(false)).isEqualTo(SelectStrategy.SELECT);
    }
    assertThat(looks).isZero();
    ready = 3;
    assertThat(decide(false)).isEqualTo(3);
    assertThat(decide(false)).isEqualTo(3);
    assertThat(looks).isEqualTo(2);

    ready = 0;
    assertThat(decide(false)).isEqualTo(SelectStrategy.SELECT); // after a time without success
    looks = 0;
    for (int i = 0; i < 63; i++) {
      assertThat(decide(false)).isEqualTo(SelectStrategy.SELECT);
    }
    assertThat(looks).isZero();
  }

  @Test
  void tasksDoNotWaitForIt() throws Exception {
    assertThat(decide(true)).isZero();
    assertThat(looks).isEqualTo(1);
  }
}
