package dev.warren.sftp.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressBlockTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,        192.0.2.1,        true",
    "192.0.2.1,        192.0.2.2,        false",
    "192.0.2.1,        ::ffff:192.0.2.1, true",
    "10.0.0.0/8,       10.255.0.1,       true",
    "10.0.0.0/8,       11.0.0.1,         false",
    "10.1.2.3/8,       10.255.0.1,       true",
    "192.0.2.128/25,   192.0.2.127,      false",
    "192.0.2.128/25,   192.0.2.255,      true",
    "0.0.0.0/0,        192.0.2.1,        true",
    "0.0.0.0/0,        ::1,              false",
    "::1,              ::1,              true",
    "2001:db8::/33,    2001:db8:7fff::1, true",
    "2001:db8::/33,    2001:db8:8000::1, false"
  })
  void addressesInABlock(String block, String address, boolean inside) {
    assertThat(AddressBlock.parse(block).contains(InetAddress.ofLiteral(address)))
        .isEqualTo(inside);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0/8,          neither an address",
    "10,              neither an address",
    "proxy.example,   neither an address",
    "'',              neither an address",
    "192.0.2.256,     neither an address",
    "192.0.2.*,       neither an address",
    "10.0.0.0/33,     needs a number from 0 to 32",
    "10.0.0.0/,       needs a number from 0 to 32",
    "10.0.0.0/8/8,    needs a number from 0 to 32",
    "10.0.0.0/-1,     needs a number from 0 to 32",
    "2001:db8::/129,  needs a number from 0 to 128",
    "1:2,             neither an address",
    "[::1],           neither an address"
  })
  void otherTexts(String text, String reason) {
    assertThatThrownBy(() -> AddressBlock.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'" + text + "'", reason);
  }
}
