package dev.warren.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.frontend.Source.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which connections count as one origin. */
class SourceTest {
  private static Source of(String address) throws Exception {
    return Source.of(new InetSocketAddress(InetAddress.getByName(address), 4000));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,       192.0.2.1,              true",
    "192.0.2.1,       192.0.2.2,              false",
    "::ffff:192.0.2.1, 192.0.2.1,             true",
    "2001:db8::1,     2001:db8::ffff:1,       true",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff::9,   true",
    "2001:db8:0:1::1, 2001:db8:0:2::1,        false",
    "127.0.0.1,       127.0.0.2,              false",
    "127.0.0.1,       ::1,                    false",
    "127.0.0.1,       192.0.2.1,              false",
    "::1,             ::2,                    false"
  })
  void anAddressOrANetwork(String one, String other, boolean same) throws Exception {
    assertThat(of(one).equals(of(other))).isEqualTo(same);
    assertThat(Source.of(InetAddress.getByName(one))).isEqualTo(of(one));
  }

  /** Any local user can use all addresses of 127.0.0.0/8. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1,       127.0.0.2,              true",
    "127.0.0.1,       ::1,                    true",
    "127.0.0.1,       192.0.2.1,              false",
    "192.0.2.1,       192.0.2.2,              false",
    "2001:db8:0:1::1, 2001:db8:0:2::1,        false"
  })
  void thisMachineCanCountAsOneSource(String one, String other, boolean same) throws Exception {
    assertThat(of(one).withOneLoopback().equals(of(other).withOneLoopback())).isEqualTo(same);
  }

  @Test
  void aSourceHasAKindAndAName() throws Exception {
    assertThat(of("127.0.0.1")).isEqualTo(new Source(Kind.LOOPBACK, "127.0.0.1"));
    assertThat(of("::1")).isEqualTo(new Source(Kind.LOOPBACK, "::1"));
    assertThat(of("::2").kind()).isEqualTo(Kind.NETWORK);
    assertThat(of("192.0.2.1")).isEqualTo(new Source(Kind.NETWORK, "192.0.2.1"));
    assertThat(of("2001:db8:1:2::1")).hasToString("2001:db8:1:2::/64");
    assertThat(Source.of(InetSocketAddress.createUnresolved("nowhere.invalid", 1)).kind())
        .isEqualTo(Kind.NETWORK);
  }

  @Test
  void aUserKnownToTheKernelIsOneSourceWhateverTheAddress() {
    Source one = Source.local(Kind.LOOPBACK, OptionalInt.of(1000));
    assertThat(one)
        .isEqualTo(Source.local(Kind.LOOPBACK, OptionalInt.of(1000)))
        .isNotEqualTo(Source.local(Kind.LOOPBACK, OptionalInt.of(1001)))
        .isNotEqualTo(Source.local(Kind.UNIX, OptionalInt.of(1000)))
        .isNotEqualTo(Source.local(Kind.LOOPBACK, OptionalInt.empty()))
        .hasToString("user 1000");
    assertThat(Source.local(Kind.UNIX, OptionalInt.of(-2))).hasToString("user 4294967294");
  }

  /** Documented in docs/operations.md. */
  @Test
  void metricsDistinguishTheKinds() {
    assertThat(Stream.of(Kind.values()).map(Kind::label))
        .containsExactly("unix", "loopback", "network");
  }
}
