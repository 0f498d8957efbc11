package dev.warren.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.server.log.Redactor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShownSettingsTest {
  private static final ConfigSpec SPEC =
      ConfigSpec.of(
          ConfigKey.string("text", "a"),
          ConfigKey.integer("count", "b").withDefault(3),
          ConfigKey.size("size", "c"),
          ConfigKey.bool("yes", "d"),
          ConfigKey.duration("time", "e"),
          ConfigKey.choice("word", List.of("one", "two"), "f"),
          ConfigKey.secret("key", "g"),
          ConfigKey.list("list", "h"),
          ConfigKey.map("map", "i"),
          ConfigKey.database("database", "k"),
          ConfigKey.string("absent", "j"));

  @Test
  void showsEverythingButSecrets() {
    Redactor redactor = new Redactor();
    redactor.hide("from-outside", "${env:NAME}");
    Map<String, Object> written =
        Map.of(
            "database", Map.of("url", "jdbc:x:y", "user", "me", "password", "sk-4"),
            "text", "a from-outside z",
            "size", "1KiB",
            "yes", true,
            "time", "2s",
            "word", "two",
            "key", "sk-1",
            "list", List.of("x", Map.of("api_key", "sk-2")),
            "map", Map.of("Authorization", "sk-3"));

    assertThat(ShownSettings.of(SPEC, SPEC.parse(written).orThrow(), redactor))
        .containsExactly(
            entry("text", "a ${env:NAME} z"),
            entry("count", "3"),
            entry("size", "1KiB"),
            entry("yes", "true"),
            entry("time", "2s"),
            entry("word", "two"),
            entry("key", "***"),
            entry("list", "x, api_key: ***"),
            entry("map", "Authorization: ***"),
            entry("database", "jdbc:x:y"));
  }
}
