package dev.warren.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.server.config.InstanceKeys;
import dev.warren.server.config.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The guide lists the keys that the program has. To update it: {@code mvn test -pl server
 * -Dtest=ConfigurationGuideTest -Dwarren.docs=update}.
 */
class ConfigurationGuideTest {
  private static final Path GUIDE = Path.of("../docs/configuration.md");

  @Test
  void listsAllKeys() throws IOException {
    Map<String, ConfigSpec> byHeading = new LinkedHashMap<>();
    byHeading.put("## `server`", ServerSettings.SPEC);
    byHeading.put("## `plugins`", InstanceKeys.SPEC);
    for (FrontEnd frontEnd : Installation.frontEnds()) {
      byHeading.put("### `" + frontEnd.name() + "`", frontEnd.configSpec());
    }
    String guide = Files.readString(GUIDE);
    String upToDate = guide;
    for (Map.Entry<String, ConfigSpec> entry : byHeading.entrySet()) {
      upToDate = withList(upToDate, entry.getKey(), ConfigReference.of(entry.getValue()));
    }
    if (System.getProperty("warren.docs", "").equals("update")) {
      Files.writeString(GUIDE, upToDate);
    }
    assertThat(guide).isEqualTo(upToDate);
  }

  /** Returns the text with the first list after a heading replaced. */
  private static String withList(String text, String heading, String list) {
    Matcher matcher =
        Pattern.compile(
                "^" + Pattern.quote(heading) + "$[^*]*?\\R\\R((?:\\* `.*\\R)+)", Pattern.MULTILINE)
            .matcher(text);
    assertThat(matcher.find()).as("a list after " + heading).isTrue();
    return text.substring(0, matcher.start(1)) + list + text.substring(matcher.end(1));
  }
}
