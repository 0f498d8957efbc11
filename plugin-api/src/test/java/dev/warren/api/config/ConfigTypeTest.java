package dev.warren.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts each type accepts, and their values. */
class ConfigTypeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0ms, PT0S",
    "500ms, PT0.5S",
    "10s, PT10S",
    "10 S, PT10S",
    "5m, PT5M",
    "1h, PT1H",
    "7d, PT168H"
  })
  void durations(String written, String meant) {
    Object expected = meant.equals("0") ? Duration.ZERO : Duration.parse(meant);
    assertThat(ConfigType.DURATION.parse(written)).isEqualTo(expected);
  }

  /** The last ones do not fit in milliseconds. */
  @ParameterizedTest
  @ValueSource(strings = {"10", "-1s", "1.5", "s", "", "10 weeks", "5ms 1s", "999999999999999d"})
  void invalidDurations(String written) {
    assertThat(ConfigType.DURATION.parse(written)).isNull();
  }

  @Test
  void durationsThatOverflowAreRefused() {
    assertThat(ConfigType.DURATION.parse("999999999999999h")).isNull();
    assertThat(ConfigType.DURATION.parse("999999999999999ms"))
        .isEqualTo(Duration.ofMillis(999_999_999_999_999L));
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 4096",
    "1b, 1",
    "64KiB, 65536",
    "64 kib, 65536",
    "2k, 2048",
    "8MiB, 8388608",
    "1GiB, 1073741824",
    "3T, 3298534883328"
  })
  void sizes(String written, long meant) {
    assertThat(ConfigType.SIZE.parse(written)).isEqualTo(meant);
    assertThat(ConfigType.SIZE.parse(4096)).isEqualTo(4096L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "1XB", "KiB", "", "9000000TiB", "1e3"})
  void invalidSizes(String written) {
    assertThat(ConfigType.SIZE.parse(written)).isNull();
  }

  @Test
  void sizesThatOverflowAreRefused() {
    assertThat(ConfigType.SIZE.parse("8388607TiB")).isEqualTo(8388607L << 40);
    assertThat(ConfigType.SIZE.parse("8388608TiB")).isNull();
  }

  static Stream<Arguments> integers() {
    return Stream.of(
        Arguments.of(7, 7L),
        Arguments.of((short) 7, 7L),
        Arguments.of(Long.MIN_VALUE, Long.MIN_VALUE),
        Arguments.of(BigInteger.valueOf(-3), -3L),
        Arguments.of(" +12 ", 12L),
        Arguments.of("-12", -12L),
        Arguments.of("9223372036854775807", Long.MAX_VALUE),
        Arguments.of("9223372036854775808", null),
        Arguments.of(BigInteger.ONE.shiftLeft(64), null),
        Arguments.of(new BigDecimal("1.5"), null),
        Arguments.of(1.0, null),
        Arguments.of(1f, null),
        Arguments.of("1.0", null),
        Arguments.of("0x10", null),
        Arguments.of("", null),
        Arguments.of(true, null),
        Arguments.of(List.of(1), null));
  }

  @ParameterizedTest
  @MethodSource("integers")
  void integers(Object written, Long meant) {
    assertThat(ConfigType.INTEGER.parse(written)).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "TRUE, true", "' false ', false", "yes,", "1,", "'',"})
  void booleans(String written, Boolean meant) {
    assertThat(ConfigType.BOOLEAN.parse(written)).isEqualTo(meant);
    assertThat(ConfigType.BOOLEAN.parse(true)).isEqualTo(true);
  }

  @Test
  void textIsUnchanged() {
    assertThat(ConfigType.STRING.parse(" a b ")).isEqualTo(" a b ");
    assertThat(ConfigType.STRING.parse("")).isEqualTo("");
    assertThat(ConfigType.STRING.parse(8080)).isEqualTo("8080");
    assertThat(ConfigType.STRING.parse(true)).isEqualTo("true");
    assertThat(ConfigType.STRING.parse(List.of("a"))).isNull();
    assertThat(ConfigType.STRING.parse(Map.of())).isNull();
    assertThat(ConfigType.ENUM.parse("word")).isEqualTo("word");
  }

  @Test
  void secretsHideThemselves() {
    assertThat(ConfigType.SECRET.parse("key")).isEqualTo(new Secret("key")).hasToString("***");
    assertThat(ConfigType.SECRET.parse(123)).isEqualTo(new Secret("123"));
    Secret secret = new Secret("x");
    assertThat(ConfigType.SECRET.parse(secret)).isSameAs(secret);
    assertThat(ConfigType.SECRET.parse(List.of())).isNull();
  }

  @Test
  void listsAreCopies() {
    List<Object> written = new ArrayList<>(List.of("a", 1));
    Object list = ConfigType.LIST.parse(written);
    written.clear();
    assertThat(list).isEqualTo(List.of("a", 1));
    assertThat(ConfigType.LIST.parse(Map.of("a", "b"))).isNull();
  }

  @Test
  void oneTextNeedNotBeWrittenAsAList() {
    assertThat(ConfigType.LIST.parse("a")).isEqualTo(List.of("a"));
    assertThat(ConfigType.LIST.parse(1)).isNull();
  }

  @Test
  void emptyElementsAreRefused() {
    assertThat(ConfigType.LIST.parse(Arrays.asList("a", null))).isNull();
  }

  @Test
  void mapsAreCopiesInTheirOrder() {
    Map<String, Object> written = new HashMap<>();
    written.put("a", 1);
    written.put("empty", null);
    Object map = ConfigType.MAP.parse(written);
    Map<String, Object> expected = new HashMap<>(written);
    written.clear();
    assertThat(map).isEqualTo(expected);
    assertThatThrownBy(() -> ((Map<?, ?>) map).clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(ConfigType.MAP.parse(List.of())).isNull();
  }

  @Test
  void keysOfMapsAreText() {
    assertThat(ConfigType.MAP.parse(Map.of(404, "not found"))).isNull();
  }

  @Test
  void eachTypeDescribesItsForm() {
    assertThat(ConfigType.values()).allSatisfy(t -> assertThat(t.description()).isNotBlank());
  }

  @Test
  void databases() {
    DatabaseSettings file = DatabaseSettings.file(Path.of("/a/b c.db"));
    assertThat(ConfigType.DATABASE.parse("jdbc:sqlite:/a/b c.db")).isEqualTo(file);
    assertThat(file.file()).contains(Path.of("/a/b c.db"));
    assertThat(file.kind()).isEqualTo("sqlite");
    assertThat(ConfigType.DATABASE.parse(file)).isSameAs(file);
    Object other =
        ConfigType.DATABASE.parse(
            Map.of("url", "jdbc:postgresql://h/d", "user", "me", "password", "hush"));
    assertThat(other)
        .isEqualTo(new DatabaseSettings("jdbc:postgresql://h/d", "me", new Secret("hush"), false))
        .hasToString("jdbc:postgresql://h/d");
    assertThat(((DatabaseSettings) other).file()).isEmpty();
    assertThat(((DatabaseSettings) other).kind()).isEqualTo("postgresql");
  }

  static Stream<Object> whatIsNoDatabase() {
    return Stream.of(
        "",
        "jobs.db",
        "/var/lib/jobs.db",
        "sqlite:/jobs.db",
        "jdbc:sqlite:",
        "jdbc:",
        List.of("jdbc:sqlite:x"),
        Map.of(),
        Map.of("user", "me"),
        Map.of("url", "jobs.db"),
        Map.of("url", List.of()),
        Map.of("url", "jdbc:sqlite:x", "file", "y"),
        Map.of("url", "jdbc:sqlite:x", "password", Map.of()));
  }

  @ParameterizedTest
  @MethodSource("whatIsNoDatabase")
  void isNone(Object written) {
    assertThat(ConfigType.DATABASE.parse(written)).isNull();
  }
}
