package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.WriteBufferWaterMark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundsTest {
  /** However much may be in flight, no more replies wait than a processor's cache holds. */
  @ParameterizedTest
  @CsvSource({"65536, 65536", "1048576, 1048576", "8388608, 1048576", "1073741824, 1048576"})
  void repliesWaitUpToABoundOfTheirOwn(long maxBytes, int high) {
    WriteBufferWaterMark unsent = new Bounds(512, maxBytes).unsent();
    assertThat(unsent.high()).isEqualTo(high);
    assertThat(unsent.low()).isEqualTo(high / 2);
  }

  /** Anybody can connect. */
  @Test
  void strangersLeaveLess() {
    assertThat(Bounds.UNSENT_TO_STRANGERS.high())
        .isLessThan(new Bounds(512, 64 << 10).unsent().high());
  }
}
