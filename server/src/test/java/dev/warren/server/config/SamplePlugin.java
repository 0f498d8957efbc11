package dev.warren.server.config;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.UsedDirectory;
import dev.warren.api.UsedDirectory.Use;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A plugin with a key of every type; it is checked and never opened. */
final class SamplePlugin implements Plugin {
  @Override
  public String name() {
    return "gptfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of(
        ConfigKey.of("api_host", ConfigType.STRING, "where the model is").asRequired(),
        ConfigKey.of("api_key", ConfigType.SECRET, "the key"),
        ConfigKey.of("workers", ConfigType.INTEGER, "how many at once")
            .withDefault(4)
            .withRange(1, 64),
        ConfigKey.of("timeout", ConfigType.DURATION, "how long").withDefault("10m"),
        ConfigKey.of("max_file", ConfigType.SIZE, "how large").withDefault("8MiB"),
        ConfigKey.of("stream", ConfigType.BOOLEAN, "whether").withDefault(false),
        ConfigKey.choice("api", List.of("chat", "responses"), "which").withDefault("chat"),
        ConfigKey.of("models", ConfigType.LIST, "which models"),
        ConfigKey.of("headers", ConfigType.MAP, "further headers"),
        ConfigKey.of("local_dir", ConfigType.STRING, "where files are"),
        ConfigKey.of("data_dir", ConfigType.STRING, "where its own files are"));
  }

  @Override
  public String readme() {
    return "# gptfs\n\nPrompts in, answers out.\n";
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    if (config.string("api_host").startsWith("throw")) {
      throw new IllegalStateException("check saw " + config.string("api_host"));
    }
    List<Object> models = config.list("models");
    for (int i = 0; i < models.size(); i++) {
      if (models.get(i).equals("bad")) {
        return List.of(
            new ConfigProblem(
                List.of("models", Integer.toString(i)), false, "no model is called 'bad'"));
      }
    }
    return config.string("api_host").contains("://")
        ? List.of()
        : List.of(ConfigProblem.of("api_host", "'" + config.string("api_host") + "' is no URL"));
  }

  @Override
  public List<UsedDirectory> directories(Config config) {
    List<UsedDirectory> used = new ArrayList<>();
    config
        .findString("local_dir")
        .ifPresent(dir -> used.add(new UsedDirectory("local_dir", Path.of(dir), Use.SERVED)));
    config
        .findString("data_dir")
        .ifPresent(dir -> used.add(new UsedDirectory("data_dir", Path.of(dir), Use.OWN)));
    return used;
  }

  @Override
  public Map<String, String> demonstration() {
    return Map.of("workers", "9");
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws IOException {
    throw new IOException("a checked configuration opens nothing");
  }
}
