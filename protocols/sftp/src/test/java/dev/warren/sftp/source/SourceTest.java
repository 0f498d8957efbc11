package dev.warren.sftp.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class SourceTest {
  private static Source of(String address) {
    return Source.of(InetAddress.ofLiteral(address));
  }

  @Test
  void anIpv4AddressIsOne() {
    assertThat(of("192.0.2.1")).isEqualTo(of("192.0.2.1")).isNotEqualTo(of("192.0.2.2"));
  }

  @Test
  void anIpv6NetworkIsOne() {
    assertThat(of("2001:db8:1:2::1")).isEqualTo(of("2001:db8:1:2:ffff::7"));
    assertThat(of("2001:db8:1:2::1")).isNotEqualTo(of("2001:db8:1:3::1"));
    assertThat(of("2001:db8:1:2::1").text()).isEqualTo("2001:db8:1:2::/64");
  }

  @Test
  void loopbackIsAKindOfItsOwn() {
    assertThat(of("127.0.0.1").kind()).isEqualTo(Source.Kind.LOOPBACK);
    assertThat(of("::1").kind()).isEqualTo(Source.Kind.LOOPBACK);
    assertThat(of("::1")).isNotEqualTo(of("::2"));
    assertThat(of("::2").kind()).isEqualTo(Source.Kind.NETWORK);
  }
}
