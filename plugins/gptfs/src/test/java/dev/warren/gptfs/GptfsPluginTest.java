package dev.warren.gptfs;

import dev.warren.api.Plugin;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.testkit.PluginContract;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
}
