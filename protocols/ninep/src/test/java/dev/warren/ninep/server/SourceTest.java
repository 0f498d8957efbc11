package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Which addresses count as one. */
class SourceTest {
  private static Source at(String address) throws Exception {
    return Source.remote(new InetSocketAddress(InetAddress.getByName(address), 4000));
  }

  @Test
  void anAddressOfIpv4IsOneSource() throws Exception {
    assertThat(at("192.0.2.1")).isEqualTo(at("192.0.2.1")).isNotEqualTo(at("192.0.2.2"));
    assertThat(at("::ffff:192.0.2.1")).isEqualTo(at("192.0.2.1"));
    assertThat(at("192.0.2.1")).hasToString("192.0.2.1");
  }

  @Test
  void aNetworkOfIpv6IsOneSource() throws Exception {
    assertThat(at("2001:db8:1:2::1")).isEqualTo(at("2001:db8:1:2:ffff::9"));
    assertThat(at("2001:db8:1:2::1")).isNotEqualTo(at("2001:db8:1:3::1"));
    assertThat(at("2001:db8:1:2::1")).hasToString("2001:db8:1:2:0:0:0:0/64");
  }
}
