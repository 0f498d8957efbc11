package dev.warren.gptfs.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The meaning of the keys if hosts share the jobs. */
class SharedSettingsTest {
  private static final Map<String, Object> SERVER =
      Map.of("url", "jdbc:postgresql://db.example/warren", "user", "warren", "password", "secret");

  private static Config config(Map<String, ?> more) {
    Map<String, Object> all = new HashMap<>();
    all.put("api_host", "http://127.0.0.1:1/v1/chat/completions");
    all.put("api_key", "sk-test");
    all.put("database", SERVER);
    all.putAll(more);
    return Keys.SPEC.parse(all).orThrow();
  }

  private static List<String> problems(Map<String, ?> more) {
    return SettingsReader.check(config(more)).stream().map(ConfigProblem::message).toList();
  }

  @Test
  void theFilesAreInTheSameDatabase() {
    Settings settings = SettingsReader.settings(config(Map.of("lease", "10s")));
    assertThat(settings.isShared()).isTrue();
    assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.inner()).isEqualTo("sqlfs");
    assertThat(settings.innerConfig().get("database"))
        .isInstanceOfSatisfying(
            Map.class,
            where -> {
              assertThat(where.get("url")).isEqualTo(SERVER.get("url"));
              assertThat(where.get("user")).isEqualTo("warren");
              assertThat(where.get("password"))
                  .isInstanceOfSatisfying(
                      Secret.class, secret -> assertThat(secret.reveal()).isEqualTo("secret"));
            });
    assertThat(settings.toString()).doesNotContain("secret,").doesNotContain("password=secret");
  }

  @Test
  void filesOfASingleHostAreRefused() {
    assertThat(problems(Map.of())).isEmpty();
    assertThat(problems(Map.of("inner", Map.of("plugin", "sqlfs", "config", Map.of())))).isEmpty();
    assertThat(problems(Map.of("data_dir", "/var/lib/gptfs")))
        .singleElement()
        .asString()
        .contains("must share its files too", "remove 'data_dir'");
    for (String plugin : List.of("localfs", "memfs")) {
      assertThat(problems(Map.of("inner", Map.of("plugin", plugin, "config", Map.of()))))
          .singleElement()
          .asString()
          .contains("only one host sees the files of '" + plugin + "'", "remove 'inner'");
    }
  }

  @Test
  void maxCallsIsOnlyAcceptedIfHostsShareJobs() {
    assertThat(SettingsReader.settings(config(Map.of())).maxCalls()).isNull();
    assertThat(SettingsReader.settings(config(Map.of("max_calls", 7))).maxCalls()).isEqualTo(7);
    Map<String, Object> alone = new LinkedHashMap<>();
    alone.put("api_host", "https://api.example.com/v1/chat/completions");
    alone.put("api_key", "key");
    alone.put("data_dir", "/var/lib/gptfs");
    alone.put("max_calls", 7);
    assertThat(SettingsReader.check(Keys.SPEC.parse(alone).orThrow()))
        .singleElement()
        .asString()
        .contains("max_calls", "'workers' limits its calls", "remove 'max_calls'");
  }
}
