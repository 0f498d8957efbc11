package dev.warren.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,      192.0.2.1,          true",
    "192.0.2.1,      192.0.2.2,          false",
    "::ffff:192.0.2.1, 192.0.2.1,        true",
    "2001:db8::1,    2001:db8::ffff:1,   true",
    "2001:db8:0:1::1, 2001:db8:0:2::1,   false",
    "127.0.0.1,      127.0.0.2,          true",
    "127.0.0.1,      ::1,                true",
    "127.0.0.1,      192.0.2.1,          false"
  })
  void anAddressOrANetwork(String one, String other, boolean same) throws Exception {
    assertThat(of(one).equals(of(other))).isEqualTo(same);
  }

  private static Source of(String address) throws UnknownHostException {
    return Source.of(new InetSocketAddress(InetAddress.getByName(address), 1));
  }
}
