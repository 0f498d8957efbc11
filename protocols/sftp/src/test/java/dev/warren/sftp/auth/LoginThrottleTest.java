package dev.warren.sftp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
  private static final InetAddress A = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress B = InetAddress.ofLiteral("192.0.2.2");

  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final LoginThrottle throttle = new LoginThrottle(() -> now, Duration.ofSeconds(2));

  @Test
  void delaysGrowPerAddressUpToTheLongest() {
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      delays.add(throttle.failed(A).toMillis());
    }
    assertThat(delays).containsExactly(0L, 0L, 0L, 250L, 500L, 1000L, 2000L, 2000L);
    assertThat(throttle.failed(B)).isZero();
  }

  @Test
  void aSuccessAndTimeCancelFailures() {
    for (int i = 0; i < 5; i++) {
      throttle.failed(A);
      throttle.failed(B);
    }
    throttle.succeeded(A, 5);
    assertThat(throttle.failed(A)).isZero();
    now = now.plus(Duration.ofMinutes(11));
    assertThat(throttle.failed(B)).isZero();
  }

  /**
   * A user who may log in must not be able to guess others' passwords without delay from the same
   * address.
   */
  @Test
  void aSuccessCancelsOnlyItsOwnFailures() {
    for (int i = 0; i < 5; i++) {
      throttle.failed(A);
    }
    throttle.succeeded(A, 0);
    assertThat(throttle.failed(A).toMillis()).isEqualTo(1000);
    throttle.failed(A);
    throttle.succeeded(A, 2);
    assertThat(throttle.failed(A).toMillis()).isEqualTo(1000);
  }

  @Test
  void anIpv6NetworkCountsAsOne() {
    for (int i = 0; i < 3; i++) {
      throttle.failed(InetAddress.ofLiteral("2001:db8:1:2::" + i));
    }
    assertThat(throttle.failed(InetAddress.ofLiteral("2001:db8:1:2:ffff::1"))).isPositive();
    assertThat(throttle.failed(InetAddress.ofLiteral("2001:db8:1:3::1"))).isZero();
  }

  /**
   * Failures from ever new addresses use limited memory, and replace those that failed least
   * recently.
   */
  @Test
  void beyondTenThousandAddressesTheLeastRecentIsForgotten() {
    for (int i = 0; i < 4; i++) {
      throttle.failed(A);
      throttle.failed(B);
    }
    failFrom(9_998, 0);
    assertThat(throttle.failed(A).toMillis()).as("kept, and used last now").isEqualTo(500);
    failFrom(1, 20_000);
    assertThat(throttle.failed(A).toMillis()).as("not the eldest").isEqualTo(1000);
    assertThat(throttle.failed(B)).as("forgotten").isZero();
  }

  private void failFrom(int addresses, int first) {
    for (int i = first; i < first + addresses; i++) {
      throttle.failed(InetAddress.ofLiteral("10.1.%d.%d".formatted(i / 250, i % 250)));
    }
  }

  @Test
  void aHundredThousandFailuresDoNotOverflow() {
    for (int i = 0; i < 100_000; i++) {
      assertThat(throttle.failed(A)).isBetween(Duration.ZERO, Duration.ofSeconds(2));
    }
  }
}
