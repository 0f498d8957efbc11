package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Plugin;
import dev.warren.api.UsedDirectory;
import dev.warren.api.config.Config;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.testkit.PluginContract;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every plugin, with gptfs on a memfs. */
class GptfsPluginTest extends PluginContract {
  @Override
  protected Plugin createPlugin() {
    return new GptfsPlugin();
  }

  @Override
  protected Map<String, Object> workingConfig(Path emptyDirectory) {
    Map<String, Object> config = new HashMap<>();
    config.put("api_host", "http://127.0.0.1:1/v1/chat/completions");
    config.put("api_key", Mount.KEY);
    config.put("inner", Map.of("plugin", "memfs"));
    config.put("drain_timeout", "0s");
    return config;
  }

  @Override
  protected List<Plugin> innerPlugins() {
    return List.of(new MemfsPlugin());
  }

  /**
   * If the directories were not declared, an instance of localfs could serve the prompts, or the
   * jobs.
   */
  @ParameterizedTest
  @ValueSource(strings = {"data_dir", "mount_path"})
  void promptsAndJobsAreInDirectoriesOfItsOwn(String key) {
    GptfsPlugin plugin = new GptfsPlugin();
    Config config =
        plugin
            .configSpec()
            .parse(
                Map.of(
                    "api_host",
                    "http://127.0.0.1:1/v1",
                    key,
                    "/srv/data",
                    "database",
                    "jdbc:sqlite:/srv/jobs.db"))
            .orThrow();
    assertThat(plugin.directories(config))
        .containsExactly(
            new UsedDirectory("data_dir", Path.of("/srv/data"), UsedDirectory.Use.OWN),
            new UsedDirectory("database", Path.of("/srv/jobs.db"), UsedDirectory.Use.OWN));
  }
}
