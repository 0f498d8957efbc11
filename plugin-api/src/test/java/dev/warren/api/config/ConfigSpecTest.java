package dev.warren.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigSpecTest {
  private static final ConfigKey<String> HOST = ConfigKey.string("host", "where to").asRequired();
  private static final ConfigKey<Long> WORKERS =
      ConfigKey.integer("workers", "how many")
          .withDefault(4)
          .withRange(1, 64)
          .withAliases("threads", "jobs");
  private static final ConfigKey<Duration> TIMEOUT =
      ConfigKey.duration("timeout", "how long").withDefault("10s").withRange(1, 60_000);
  private static final ConfigKey<String> MODE =
      ConfigKey.choice("mode", List.of("fast", "careful"), "how").withDefault("fast");
  private static final ConfigKey<Secret> TOKEN = ConfigKey.secret("token", "for whom");
  private static final ConfigKey<List<Object>> TAGS = ConfigKey.list("tags", "labels");
  private static final ConfigKey<Map<String, Object>> HEADERS = ConfigKey.map("headers", "more");
  private static final ConfigKey<Boolean> QUIET = ConfigKey.bool("quiet", "says less");
  private static final ConfigKey<Long> LIMIT =
      ConfigKey.size("limit", "how much").withRange(1, 1 << 20);

  private final ConfigSpec spec =
      ConfigSpec.of(HOST, WORKERS, TIMEOUT, MODE, TOKEN, TAGS, HEADERS, QUIET, LIMIT);

  private Config parse(Map<String, ?> raw) {
    return spec.parse(raw).orThrow();
  }

  private List<String> problems(Map<String, ?> raw) {
    ConfigSpec.Result result = spec.parse(raw);
    assertThat(result.config()).isNull();
    return result.problems().stream().map(ConfigProblem::toString).toList();
  }

  @Test
  void defaultsFillIn() {
    Config config = parse(Map.of("host", "here"));
    assertThat(config.get(HOST)).isEqualTo("here");
    assertThat(config.get(WORKERS)).isEqualTo(4);
    assertThat(config.get(TIMEOUT)).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.get(MODE)).isEqualTo("fast");
    assertThat(config.has(TOKEN)).isFalse();
    assertThat(config.find(TOKEN)).isEmpty();
    assertThat(config.get(TAGS)).isEmpty();
    assertThat(config.get(HEADERS)).isEmpty();
  }

  @Test
  void everyKeyCanBeSet() {
    Config config =
        parse(
            Map.of(
                "host", "there",
                "workers", 64,
                "timeout", "1m",
                "mode", "careful",
                "token", "s3cret",
                "tags", List.of("a", "b"),
                "headers", Map.of("x", 1),
                "quiet", true,
                "limit", "1KiB"));
    assertThat(config.get(WORKERS)).isEqualTo(64);
    assertThat(config.find(TIMEOUT)).contains(Duration.ofMinutes(1));
    assertThat(config.find(MODE)).contains("careful");
    assertThat(config.get(TOKEN).reveal()).isEqualTo("s3cret");
    assertThat(config.get(TAGS)).containsExactly("a", "b");
    assertThat(config.get(HEADERS)).containsEntry("x", 1);
    assertThat(config.get(QUIET)).isTrue();
    assertThat(config.get(LIMIT)).isEqualTo(1024);
    assertThat(config.has(QUIET)).isTrue();
  }

  @Test
  void olderNamesStillWork() {
    assertThat(parse(Map.of("host", "h", "threads", 2)).get(WORKERS)).isEqualTo(2);
    assertThat(spec.find("jobs")).map(ConfigKey::name).contains("workers");
    Map<String, Object> twice = new LinkedHashMap<>();
    twice.put("host", "h");
    twice.put("threads", 2);
    twice.put("workers", 3);
    assertThat(problems(twice))
        .containsExactly(
            "workers: 'workers' is another name of 'threads', which is set too; remove one");
  }

  @Test
  void everyProblemIsReportedInOrder() {
    Map<String, Object> raw = new LinkedHashMap<>();
    raw.put("wrokers", 3);
    raw.put("timeout", "soon");
    raw.put("mode", "carefull");
    raw.put("quiet", null);
    raw.put("limit", "2MiB");
    assertThat(problems(raw))
        .satisfiesExactly(
            p ->
                assertThat(p)
                    .startsWith("wrokers: unknown key 'wrokers', did you mean 'workers'?; known"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "timeout: 'timeout' must be a duration such as 500ms, 10s, 5m, 1h or 7d,"
                            + " not 'soon'"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "mode: 'mode' must be one of fast, careful, not 'carefull',"
                            + " did you mean 'careful'?"),
            p -> assertThat(p).isEqualTo("quiet: 'quiet' must be true or false, but it is empty"),
            p -> assertThat(p).isEqualTo("limit: 'limit' must be from 1 to 1MiB, not '2MiB'"),
            p -> assertThat(p).isEqualTo("missing key 'host': where to"));
  }

  @Test
  void aProblemPointsAtTheKeyOrTheValue() {
    List<ConfigProblem> problems = spec.parse(Map.of("hots", "x")).problems();
    assertThat(problems)
        .extracting(ConfigProblem::path, ConfigProblem::onKey)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(List.of("hots"), true),
            org.assertj.core.groups.Tuple.tuple(List.of(), true));
    assertThat(spec.parse(Map.of("host", List.of())).problems())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.path()).containsExactly("host");
              assertThat(p.onKey()).isFalse();
            });
  }

  @Test
  void rangesIncludeTheirEnds() {
    for (int workers : new int[] {1, 64}) {
      assertThat(parse(Map.of("host", "h", "workers", workers)).get(WORKERS)).isEqualTo(workers);
    }
    for (int workers : new int[] {0, 65, -1}) {
      assertThat(problems(Map.of("host", "h", "workers", workers)))
          .containsExactly("workers: 'workers' must be from 1 to 64, not '%d'".formatted(workers));
    }
    assertThat(problems(Map.of("host", "h", "timeout", "2m")))
        .containsExactly("timeout: 'timeout' must be from 1ms to 1m, not '2m'");
    assertThat(parse(Map.of("host", "h", "timeout", "1m")).get(TIMEOUT))
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void secretsAreNotInProblems() {
    ConfigSpec numbers = ConfigSpec.of(ConfigKey.secret("token", "x"), ConfigKey.map("map", "x"));
    assertThat(
            numbers.parse(Map.of("token", Map.of("k", "hush"), "map", List.of("hush"))).problems())
        .hasSize(2)
        .allSatisfy(p -> assertThat(p.toString()).doesNotContain("hush"));
  }

  @Test
  void aConfigurationDoesNotPrintItsValues() {
    Config config = parse(Map.of("host", "hush", "headers", Map.of("auth", "hush")));
    assertThat(config.toString()).contains("host", "headers").doesNotContain("hush");
  }

  @Test
  void keysThatTheSpecificationDoesNotContainAreRefused() {
    Config config = parse(Map.of("host", "h"));
    assertThat(config.get(ConfigKey.string("host", "of another specification"))).isEqualTo("h");
    assertThatThrownBy(() -> config.get(ConfigKey.integer("host", "a text")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("STRING");
    assertThatThrownBy(() -> config.get(ConfigKey.string("nothing", "unknown")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing");
    assertThatThrownBy(() -> config.find(ConfigKey.string("nothing", "unknown")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing");
    assertThatThrownBy(() -> config.get(TOKEN))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("token");
  }

  /** A value is read by its key, so that a misspelt name does not compile. */
  @Test
  void noMethodTakesTheNameOfAKey() {
    assertThat(Config.class.getMethods())
        .filteredOn(method -> method.getDeclaringClass().equals(Config.class))
        .allSatisfy(method -> assertThat(method.getParameterTypes()).doesNotContain(String.class));
  }

  @Test
  void aProblemNamesAKey() {
    assertThat(ConfigProblem.of(WORKERS, "too many").path()).containsExactly("workers");
    assertThat(WORKERS).hasToString("workers");
  }

  @Test
  void configurationsAreEqualByTheirValues() {
    Config one = parse(Map.of("host", "h", "token", "t"));
    Config same = parse(Map.of("token", "t", "host", "h", "workers", "4"));
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(one).isNotEqualTo(parse(Map.of("host", "h", "token", "other")));
  }

  @Test
  void problemsCanBeThrown() {
    assertThatThrownBy(() -> parse(Map.of("hots", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("did you mean 'host'?")
        .hasMessageContaining("; missing key 'host'");
  }

  @Test
  void twoKeysOfOneNameAreRefused() {
    ConfigKey<String> key = ConfigKey.string("a", "x");
    ConfigKey<String> other = ConfigKey.string("b", "x").withAliases("a");
    assertThatThrownBy(() -> ConfigSpec.of(key, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a");
  }

  @Test
  void keysAreListedInTheirOrder() {
    assertThat(spec.keys())
        .extracting(ConfigKey::name)
        .containsExactly(
            "host", "workers", "timeout", "mode", "token", "tags", "headers", "quiet", "limit");
    assertThat(spec.find("none")).isEmpty();
    assertThat(
            ConfigSpec.of()
                .parse(Collections.emptyMap())
                .orThrow()
                .has(ConfigKey.string("x", "unknown")))
        .isFalse();
  }

  @Test
  void quotedTextIsTruncated() {
    String long1 = "x".repeat(1 << 20);
    assertThat(problems(Map.of("host", "h", "workers", long1)))
        .singleElement()
        .satisfies(
            p -> assertThat(p).hasSizeLessThan(400).endsWith("x\u2026 (1048576 characters)'"));
    assertThat(problems(Map.of("host", "h", long1, 1)).getFirst().substring(long1.length()))
        .hasSizeLessThan(500);
  }
}
