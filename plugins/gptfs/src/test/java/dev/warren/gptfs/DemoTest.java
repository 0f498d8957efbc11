package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.gptfs.config.Keys;
import dev.warren.gptfs.config.SettingsReader;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Without a key, a stand-in answers if the configuration allows it, and its answers say that it is
 * one.
 */
class DemoTest {
  @TempDir Path directory;

  private Map<String, Object> config(String demo) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("demo", demo);
    config.put("data_dir", directory.resolve("data").toString());
    config.put("settle", "0ms");
    return config;
  }

  private FileSystem open(Map<String, Object> config) throws Exception {
    return TestContext.open(
        new GptfsPlugin(), TestContext.in(directory, new LocalfsPlugin()), config);
  }

  private static String ask(FileSystem fs) throws Exception {
    TestFiles.write(fs, Mount.path("inbox/joke.txt"), "Tell me a joke");
    return TestFiles.readText(fs, Mount.path("wait/joke"));
  }

  @ParameterizedTest
  @CsvSource({"true,", "true,sk-real-key", "auto,", "auto,''"})
  void theStandInAnswersAndSaysThatItIsOne(String demo, String key) throws Exception {
    try (FakeModel real = new FakeModel()) {
      Map<String, Object> config = config(demo);
      config.put("api_host", real.url());
      config.put("proxy", real.url().replace("/v1/chat/completions", ""));
      if (key != null) {
        config.put("api_key", key);
      }
      try (FileSystem fs = open(config)) {
        assertThat(ask(fs)).contains("not a language model", "Tell me a joke");
        assertThat(TestFiles.readText(fs, Mount.path("outbox/joke_status.json")))
            .contains("\"model\":\"warren-demo\"");
        assertThat(TestFiles.readText(fs, Mount.path("stats.json"))).contains("\"demo\" : true");
        assertThat(TestFiles.readText(fs, Mount.path("README"))).contains("This is a demo");
      }
      assertThat(real.calls()).as("calls that left").isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"auto", "false"})
  void withAKeyTheEndpointAnswers(String demo) throws Exception {
    try (FakeModel real = new FakeModel()) {
      Map<String, Object> config = config(demo);
      config.put("api_host", real.url());
      config.put("api_key", Mount.KEY);
      config.put("model", "m");
      try (FileSystem fs = open(config)) {
        assertThat(ask(fs)).isEqualTo("re: Tell me a joke");
        assertThat(TestFiles.readText(fs, Mount.path("stats.json"))).contains("\"demo\" : false");
        assertThat(TestFiles.readText(fs, Mount.path("README"))).doesNotContain("demo");
      }
    }
  }

  @Test
  void anotherPluginMayHoldTheFiles() throws Exception {
    Map<String, Object> config = config("true");
    config.remove("data_dir");
    config.put("inner", Map.of("plugin", "memfs", "config", Map.of("max_bytes", "1MiB")));
    try (FileSystem fs =
        TestContext.open(new GptfsPlugin(), TestContext.in(directory, new MemfsPlugin()), config)) {
      assertThat(ask(fs)).contains("Tell me a joke");
    }
  }

  /** localfs on a kernel or in a container that lacks what it needs. */
  private static final class RefusedLocalfs implements Plugin {
    private final LocalfsPlugin real = new LocalfsPlugin();

    @Override
    public String name() {
      return real.name();
    }

    @Override
    public ConfigSpec configSpec() {
      return real.configSpec();
    }

    @Override
    public String readme() {
      return real.readme();
    }

    @Override
    public FileSystem open(PluginContext context, Config config) throws IOException {
      throw new IOException("no openat2; localfs with 'portable: true' works without");
    }
  }

  @Test
  void adviceOfLocalfsNamesItsKeysAsGptfsWritesThem() {
    assertThatThrownBy(
            () ->
                TestContext.open(
                    new GptfsPlugin(),
                    TestContext.in(directory, new RefusedLocalfs()),
                    config("true")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("localfs with 'portable: true' works without")
        .hasMessageContaining(
            "instead of data_dir: 'inner: {plugin: localfs, config: {local_dir: "
                + directory.resolve("data"));
  }

  @Test
  void otherwiseTheEndpointAndItsKeyAreRequired() {
    Map<String, Object> config = config("false");
    assertThat(problems(config))
        .anyMatch(text -> text.contains("missing key 'api_host'"))
        .anyMatch(text -> text.contains("missing key 'api_key'"));
    config.put("api_host", "https://localhost/v1/chat/completions");
    config.put("api_key", "");
    assertThat(problems(config)).singleElement().asString().contains("'api_key' is empty");
    config.put("demo", "auto");
    assertThat(problems(config)).isEmpty();
    config.put("api_key", Mount.KEY);
    config.remove("api_host");
    assertThat(problems(config)).singleElement().asString().contains("missing key 'api_host'");
  }

  private static List<String> problems(Map<String, Object> config) {
    return SettingsReader.check(Keys.SPEC.parse(config).orThrow()).stream()
        .map(ConfigProblem::toString)
        .toList();
  }
}
