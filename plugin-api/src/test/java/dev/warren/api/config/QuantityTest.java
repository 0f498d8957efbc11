package dev.warren.api.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0,      0",
    "500ms,  500",
    "10s,    10000",
    "1.5s,   1500",
    "0.5h,   1800000",
    "1m30s,  90000",
    "1m 30s, 90000",
    "1H30M,  5400000",
    "7d,     604800000",
    "2 s,    2000"
  })
  void durations(String text, long millis) {
    assertThat(Quantity.millis(text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "s",
        "-1s",
        "010s",
        "30s1m",
        "1s1s",
        "1.0001ms",
        "1w",
        "1s.",
        "1e3s",
        "999999999999999d"
      })
  void invalidDurations(String text) {
    assertThat(Quantity.millis(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0,      0",
    "4096,   4096",
    "64k,    65536",
    "64KiB,  65536",
    "1.5k,   1536",
    "4MB,    4000000",
    "4mb,    4000000",
    "1GB,    1000000000",
    "1.5GB,  1500000000",
    "10m,    10485760",
    "1GiB,   1073741824",
    "2TiB,   2199023255552",
    "12 B,   12"
  })
  void sizes(String text, long bytes) {
    assertThat(Quantity.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "-1",
        "0100",
        "1.5",
        "1.0001k",
        "1kk",
        "1bk",
        "1PB",
        "1ib",
        "0x10",
        "1e3",
        "99999999999TiB"
      })
  void invalidSizes(String text) {
    assertThat(Quantity.bytes(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1ms", "1500,1500ms", "90000,90s", "3600000,1h", "86400000,1d"})
  void durationsAreShown(long millis, String text) {
    assertThat(Quantity.duration(millis)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1000,1000", "1024,1KiB", "1048576,1MiB", "1536,1536"})
  void sizesAreShown(long bytes, String text) {
    assertThat(Quantity.size(bytes)).isEqualTo(text);
  }
}
