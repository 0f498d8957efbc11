package dev.warren.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.config.ConfigSpec;
import dev.warren.api.frontend.FrontEnd;
import dev.warren.server.config.InstanceKeys;
import dev.warren.server.config.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The guide lists the keys as the program knows them. Where it does not, the message has them. */
class ConfigurationGuideTest {
  private static final Path GUIDE = Path.of("../docs/configuration.md");

  private static void assertLists(ConfigSpec spec) throws IOException {
    assertThat(Files.readString(GUIDE)).contains("\n\n" + ConfigReference.of(spec) + "\n");
  }

  @Test
  void server() throws IOException {
    assertLists(ServerSettings.SPEC);
  }

  @Test
  void instances() throws IOException {
    assertLists(InstanceKeys.SPEC);
  }

  @Test
  void frontEnds() throws IOException {
    for (FrontEnd frontEnd : Installation.frontEnds()) {
      assertLists(frontEnd.configSpec());
    }
  }
}
