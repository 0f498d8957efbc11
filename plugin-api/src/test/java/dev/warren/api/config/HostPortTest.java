package dev.warren.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @Test
  void aNameOrAnAddressAndAPort() {
    assertThat(HostPort.parse("127.0.0.1:0", 1)).isEqualTo(new HostPort("127.0.0.1", 0));
    assertThat(HostPort.parse("my-host.lan:65535", 1))
        .isEqualTo(new HostPort("my-host.lan", 65535));
    assertThat(HostPort.parse("[::1]:2022", 1)).isEqualTo(new HostPort("::1", 2022));
    assertThat(HostPort.parse("[fe80::1%eth0]:22", 1)).isEqualTo(new HostPort("fe80::1%eth0", 22));
    for (String written : new String[] {"127.0.0.1:0", "[::1]:2022"}) {
      assertThat(HostPort.parse(written, 1)).hasToString(written);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2022,                      127.0.0.1:2022",
    ":2022,                     127.0.0.1:2022",
    "tcp://127.0.0.1:2022,      127.0.0.1:2022",
    "tcp://127.0.0.1:2022/x,    127.0.0.1:2022",
    "tcp:127.0.0.1:2022,        ",
    "sftp://localhost,          localhost:2000",
    "tcp://[::1]:2022,          [::1]:2022",
    "http://:2080/,             127.0.0.1:2080",
    "*:2022,                    0.0.0.0:2022",
    "::1:2022,                  [::1]:2022",
    "::1,                       [::1]:2000",
    "[::1],                     [::1]:2000",
    "[[::1]:2022],              [::1]:2022",
    "[127.0.0.1:2022],          127.0.0.1:2022",
    "127.0.0.1,                 127.0.0.1:2000",
    "localhost,                 localhost:2000",
    "localhost:ssh,             ",
    "'a b:22',                  ",
    "'',                        ",
    "':',                       ",
  })
  void commonMistakesGetASuggestion(String written, String meant) {
    assertThatThrownBy(() -> HostPort.parse(written, 2000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            meant == null
                ? "'" + written + "' must be HOST:PORT, such as 127.0.0.1:2000 or [::1]:2000"
                : "'" + written + "' must be HOST:PORT: write '" + meant + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:65536", "[::1]:99999", "h:123456789012345678901"})
  void aPortHasALimit(String written) {
    assertThatThrownBy(() -> HostPort.parse(written, 2000))
        .hasMessage("'" + written + "': a port is at most 65535");
  }
}
