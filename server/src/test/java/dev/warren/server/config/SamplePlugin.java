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
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A plugin with a key of every type; its configuration is checked, but it is never opened. */
final class SamplePlugin implements Plugin {
  static final ConfigKey<String> API_HOST =
      ConfigKey.string("api_host", "where the model is").asRequired();
  static final ConfigKey<Secret> API_KEY = ConfigKey.secret("api_key", "the key");
  static final ConfigKey<Long> WORKERS =
      ConfigKey.integer("workers", "how many at once").withDefault(4).withRange(1, 64);
  static final ConfigKey<Duration> TIMEOUT =
      ConfigKey.duration("timeout", "how long").withDefault("10m");
  static final ConfigKey<Long> MAX_FILE =
      ConfigKey.size("max_file", "how large").withDefault("8MiB");
  static final ConfigKey<Boolean> STREAM = ConfigKey.bool("stream", "whether").withDefault(false);
  static final ConfigKey<String> API =
      ConfigKey.choice("api", List.of("chat", "responses"), "which").withDefault("chat");
  static final ConfigKey<List<Object>> MODELS = ConfigKey.list("models", "which models");
  static final ConfigKey<Map<String, Object>> HEADERS = ConfigKey.map("headers", "further headers");
  static final ConfigKey<String> LOCAL_DIR = ConfigKey.string("local_dir", "where files are");
  static final ConfigKey<String> DATA_DIR = ConfigKey.string("data_dir", "where its own files are");
  static final ConfigKey<DatabaseSettings> DATABASE =
      ConfigKey.database("database", "where its rows are");

  @Override
  public String name() {
    return "gptfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of(
        API_HOST, API_KEY, WORKERS, TIMEOUT, MAX_FILE, STREAM, API, MODELS, HEADERS, LOCAL_DIR,
        DATA_DIR, DATABASE);
  }

  @Override
  public String readme() {
    return "# gptfs\n\nPrompts in, answers out.\n";
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    if (config.get(API_HOST).startsWith("throw")) {
      throw new IllegalStateException("check saw " + config.get(API_HOST));
    }
    List<Object> models = config.get(MODELS);
    for (int i = 0; i < models.size(); i++) {
      if (models.get(i).equals("bad")) {
        return List.of(
            new ConfigProblem(
                List.of("models", Integer.toString(i)), false, "no model is called 'bad'"));
      }
    }
    return config.get(API_HOST).contains("://")
        ? List.of()
        : List.of(ConfigProblem.of(API_HOST, "'" + config.get(API_HOST) + "' is no URL"));
  }

  @Override
  public List<UsedDirectory> directories(Config config) {
    List<UsedDirectory> used = new ArrayList<>();
    config
        .find(LOCAL_DIR)
        .ifPresent(dir -> used.add(new UsedDirectory("local_dir", Path.of(dir), Use.SERVED)));
    config
        .find(DATA_DIR)
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
