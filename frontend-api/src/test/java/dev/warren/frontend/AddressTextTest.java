package dev.warren.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected texts are those of getnameinfo(3), which ssh uses. */
class AddressTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::",
        "::1",
        "1::",
        "2001:db8::1",
        "2001:db8:0:1:1:1:1:1",
        "2001:0:0:1::1",
        "2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7:8",
        "fe80::1",
      })
  void isTheCanonicalText(String text) {
    assertThat(AddressText.of(InetAddress.ofLiteral(text))).isEqualTo(text);
  }

  @Test
  void aPortFollowsBrackets() {
    assertThat(AddressText.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 2022)))
        .isEqualTo("[::1]:2022");
    assertThat(AddressText.of(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 22)))
        .isEqualTo("192.0.2.1:22");
  }
}
