package dev.warren.gptfs;

import static java.util.stream.Collectors.joining;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.Reason;
import dev.warren.api.UsedDirectory;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.gptfs.config.Keys;
import dev.warren.gptfs.config.Settings;
import dev.warren.gptfs.config.SettingsReader;
import dev.warren.gptfs.control.Readme;
import dev.warren.gptfs.demo.DemoModel;
import dev.warren.gptfs.time.SystemTimers;
import dev.warren.gptfs.time.Timers;
import dev.warren.gptfs.tree.Instance;
import dev.warren.gptfs.tree.Layout;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Files that are dropped are sent to a language model; its answers appear as files. */
public final class GptfsPlugin implements Plugin {
  private final Supplier<Timers> timers;
  private final RandomGenerator random;

  /** For the host. */
  public GptfsPlugin() {
    this(() -> new SystemTimers("gptfs"), RandomGenerator.getDefault());
  }

  /**
   * With another time and another chance.
   *
   * @param timers one for each instance
   * @param random used by any thread
   */
  GptfsPlugin(Supplier<Timers> timers, RandomGenerator random) {
    this.timers = timers;
    this.random = random;
  }

  @Override
  public String name() {
    return "gptfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return Keys.SPEC;
  }

  @Override
  public String readme() {
    return Readme.text()
        + Keys.SPEC.keys().stream()
            .map(key -> "`" + key.name() + "`")
            .collect(joining(", ", "\n## Configuration\n\nIts keys are ", ".\n"));
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    return SettingsReader.check(config);
  }

  @Override
  public List<UsedDirectory> directories(Config config) {
    return config
        .find(Keys.DATA_DIRECTORY)
        .map(
            data ->
                new UsedDirectory(Keys.DATA_DIRECTORY.name(), Path.of(data), UsedDirectory.Use.OWN))
        .stream()
        .toList();
  }

  @Override
  public Map<String, String> demonstration() {
    return Map.of(Keys.DEMO.name(), "true");
  }

  @Override
  public Optional<String> jobsFile() {
    return Optional.of(Instance.STATS);
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws IOException {
    Settings settings = SettingsReader.settings(config);
    Owned owned = new Owned();
    try {
      Path data = settings.hostDirectory();
      if (data != null) {
        owned.add(HostLock.take(data.resolve(Layout.PRIVATE.name()).resolve("lock")));
      }
      if (settings.demo()) {
        settings = standIn(context, settings, owned);
      }
      FileSystem files = inner(context, settings);
      Timers clock = timers.get();
      try {
        return Instance.open(
            files,
            settings,
            clock,
            random,
            context.metrics(),
            context.memory(),
            owned,
            context::unable,
            context.logger());
      } catch (IOException | RuntimeException e) {
        clock.close();
        files.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      release(owned, e);
      throw e;
    }
  }

  /** What localfs advises about its keys is for who writes them: {@code data_dir} has none. */
  private static FileSystem inner(PluginContext context, Settings settings) throws IOException {
    try {
      return context.inner(settings.inner(), settings.innerConfig());
    } catch (IOException e) {
      Path data = settings.dataDirectory();
      throw data == null
          ? e
          : new IOException(
              "data_dir: %s; keys of localfs are written so, in place of data_dir: 'inner: {plugin: localfs, config: {local_dir: %s}}'"
                  .formatted(Reason.of(e), data),
              e);
    }
  }

  private static Settings standIn(PluginContext context, Settings settings, Owned owned)
      throws IOException {
    DemoModel model = owned.add(DemoModel.start());
    context
        .logger()
        .log(
            System.Logger.Level.WARNING,
            "gptfs at {0}: DEMO, no language model: a stand-in on {1} answers;"
                + " set api_host and api_key (OPENAI_API_KEY) for the real thing",
            context.mountPath(),
            model.url());
    return settings.servedBy(URI.create(model.url()), model.key(), DemoModel.MODEL);
  }

  private static void release(Owned owned, Exception cause) {
    try {
      owned.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
