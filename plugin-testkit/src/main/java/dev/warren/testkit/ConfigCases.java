package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requirements for the configuration keys of plugins and front ends. */
public interface ConfigCases {
  /** The keys. */
  ConfigSpec spec();

  /** Returns a valid configuration, as it would be written in YAML; the caller may modify it. */
  Map<String, Object> config() throws IOException;

  @Test
  default void everyKeyIsDocumentedInOneLine() {
    for (ConfigKey<?> key : spec().keys()) {
      assertThat(key.name()).matches("[a-z][a-z0-9_]*");
      assertThat(key.documentation()).as(key.name()).isNotBlank().doesNotContain("\n");
    }
  }

  @Test
  default void everyWordOfAChoiceIsTaken() {
    for (ConfigKey<?> key : spec().keys()) {
      assertThat(key.choices().isEmpty()).as(key.name()).isEqualTo(key.type() != ConfigType.ENUM);
    }
  }

  @Test
  default void whatMustNotBeSeenIsASecret() {
    for (ConfigKey<?> key : spec().keys()) {
      if (List.of("password", "secret", "token", "api_key").stream()
          .anyMatch(key.name()::endsWith)) {
        assertThat(key.type()).as(key.name()).isEqualTo(ConfigType.SECRET);
      }
    }
  }

  @Test
  default void theDefaultsAgreeWithTheSpecification() throws IOException {
    Map<String, Object> written = config();
    for (ConfigKey<?> key : spec().keys()) {
      if (key.defaultValue() != null) {
        assertThat(key.required()).as(key.name() + " is required and has a default").isFalse();
        written.put(key.name(), key.defaultValue());
      }
    }
    assertThat(spec().parse(written).problems()).isEmpty();
  }

  @Test
  default void defaultsAreFilledIn() throws IOException {
    Config config = spec().parse(config()).orThrow();
    for (ConfigKey<?> key : spec().keys()) {
      if (key.defaultValue() != null || key.required()) {
        assertThat(config.has(key)).as(key.name()).isTrue();
      }
    }
  }

  @Test
  default void anUnknownKeyIsRefusedByName() throws IOException {
    Map<String, Object> written = config();
    written.put("no_such_key", "x");
    assertThat(spec().parse(written).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.onKey()).isTrue();
              assertThat(problem.message()).contains("no_such_key");
            });
  }

  @Test
  default void everyMissingKeyIsNamed() {
    String messages = spec().parse(Map.of()).problems().toString();
    for (ConfigKey<?> key : spec().keys()) {
      assertThat(messages.contains("'" + key.name() + "'"))
          .as(key.name())
          .isEqualTo(key.required());
    }
  }

  @Test
  default void aListInThePlaceOfAValueIsAProblemOfThatKey() throws IOException {
    for (ConfigKey<?> key : spec().keys()) {
      Map<String, Object> written = config();
      written.put(key.name(), key.type() == ConfigType.LIST ? Map.of("a", "b") : List.of("a", "b"));
      assertThat(spec().parse(written).problems())
          .as(key.name())
          .singleElement()
          .satisfies(problem -> assertThat(problem.path()).containsExactly(key.name()));
    }
  }
}
