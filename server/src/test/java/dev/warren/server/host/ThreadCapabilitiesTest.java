package dev.warren.server.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadCapabilitiesTest {
  @Test
  void theEffectiveCapabilitiesAreRead() throws Exception {
    List<String> status =
        List.of("CapPrm:\t000001ffffffffff", "CapEff:\t00000000800004df", "Seccomp:\t0");
    assertThat(ThreadCapabilities.effective(status)).isEqualTo(0x800004dfL);
    assertThatThrownBy(() -> ThreadCapabilities.effective(List.of()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void onlyCapabilitiesThatNoMountNeedsAreWarnedOf() {
    assertThat(ThreadCapabilities.needless(0)).isFalse();
    assertThat(ThreadCapabilities.needless(0x800004dfL)).isFalse();
    assertThat(ThreadCapabilities.needless(1L << 21)).as("sys_admin").isTrue();
    assertThat(ThreadCapabilities.needless(1L << 8)).as("setpcap").isTrue();
    assertThat(ThreadCapabilities.needless(1L << 24)).as("sys_resource").isTrue();
  }

  @Test
  void theThreadsOfThisProcessHaveTheSameCapabilities() throws Exception {
    ThreadCapabilities.check();
  }
}
