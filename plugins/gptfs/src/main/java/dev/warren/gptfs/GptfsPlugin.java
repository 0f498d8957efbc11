package dev.warren.gptfs;

import static java.util.stream.Collectors.joining;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.Reason;
import dev.warren.api.UsedDirectory;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.gptfs.config.Keys;
import dev.warren.gptfs.config.Settings;
import dev.warren.gptfs.config.SettingsReader;
import dev.warren.gptfs.control.Readme;
import dev.warren.gptfs.demo.DemoModel;
import dev.warren.gptfs.store.Member;
import dev.warren.gptfs.time.SystemTimers;
import dev.warren.gptfs.time.Timers;
import dev.warren.gptfs.tree.Instance;
import dev.warren.gptfs.tree.Layout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Sends the files of an inbox to a language model; its answers appear as files in an outbox. */
public final class GptfsPlugin implements Plugin {
  private final Supplier<Timers> timers;
  private final RandomGenerator random;

  /** The plugin as the host uses it. */
  public GptfsPlugin() {
    this(() -> new SystemTimers("gptfs"), RandomGenerator.getDefault());
  }

  /**
   * For tests.
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
    List<UsedDirectory> used = new ArrayList<>();
    config
        .find(Keys.DATA_DIRECTORY)
        .ifPresent(data -> used.add(own(Keys.DATA_DIRECTORY, Path.of(data))));
    Path database = file(config);
    if (database != null) {
      used.add(own(Keys.DATABASE, database));
    }
    return used;
  }

  private static UsedDirectory own(ConfigKey<?> key, Path place) {
    return new UsedDirectory(key.name(), place, UsedDirectory.Use.OWN);
  }

  /** The file of the configured database; null if none is configured, or it is not a file. */
  private static @Nullable Path file(Config config) {
    return config.find(Keys.DATABASE).flatMap(DatabaseSettings::file).orElse(null);
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
      Path own = settings.dataDirectory();
      if (own != null) {
        makePrivate(context, own);
      }
      Path data = settings.hostDirectory();
      if (data != null) {
        Path hidden = data.resolve(Layout.PRIVATE.name());
        HostLock.makePrivate(hidden);
        owned.add(HostLock.take(hidden.resolve("lock"), Keys.DATA_DIRECTORY.name()));
      }
      Path chosen = file(config);
      if (chosen != null) {
        owned.add(HostLock.take(Path.of(chosen + ".lock"), Keys.DATABASE.name()));
      }
      if (settings.demo()) {
        settings = standIn(context, settings, owned);
      }
      Settings complete = settings;
      DamagedDatabase.Opening opening = () -> instance(context, complete, owned);
      return settings.isShared() ? opening.open() : DamagedDatabase.replaced(opening, context);
    } catch (IOException | RuntimeException e) {
      release(owned, e);
      throw e;
    }
  }

  /** Logs only a warning if another user owns the directory, such as a volume of a container. */
  private static void makePrivate(PluginContext context, Path data) throws IOException {
    try {
      HostLock.makePrivate(data);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(data)) {
        throw e;
      }
      context
          .logger()
          .log(
              System.Logger.Level.WARNING,
              "data_dir stays accessible to other users: {0}",
              Reason.of(e));
    }
  }

  private FileSystem instance(PluginContext context, Settings settings, Owned owned)
      throws IOException {
    Database database = context.database(database(context, settings));
    FileSystem files = inner(context, settings);
    Timers clock = timers.get();
    try {
      return Instance.open(
          files,
          database,
          settings.isShared() ? member(settings, database) : null,
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
  }

  /** A new member at each start: it claims an earlier process's jobs like those of any host. */
  private static Member member(Settings settings, Database database) {
    String name = "unknown";
    try {
      name = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      // the host cannot resolve its own name, which is only shown to users
    }
    String version = GptfsPlugin.class.getPackage().getImplementationVersion();
    return new Member(
        UUID.randomUUID().toString(),
        name,
        version == null ? "unknown" : version,
        settings.lease(),
        database);
  }

  /**
   * The configured database; if there is none, a file in the data directory, so that the directory
   * can be moved and backed up as a whole. A damaged database is put aside unless hosts share it;
   * jobs that the outbox shows as completed are not sent again.
   */
  private static DatabaseSettings database(PluginContext context, Settings settings)
      throws IOException {
    DatabaseSettings chosen = settings.database();
    Path data = settings.dataDirectory();
    if (chosen == null) {
      String file = Layout.DATABASE.name();
      chosen =
          DatabaseSettings.file(
              data == null
                  ? context.stateDirectory().resolve(file)
                  : data.resolve(Layout.PRIVATE.name()).resolve(file));
    }
    return settings.isShared() ? chosen : chosen.asReplaceable();
  }

  /**
   * Opens the inner file system. The errors of localfs advise keys that {@code data_dir} does not
   * have, so the message adds how to write them.
   */
  private static FileSystem inner(PluginContext context, Settings settings) throws IOException {
    try {
      return context.inner(settings.inner(), settings.innerConfig());
    } catch (IOException e) {
      Path data = settings.dataDirectory();
      throw data == null
          ? e
          : new IOException(
              "data_dir: %s; to set keys of localfs, write this instead of data_dir: 'inner: {plugin: localfs, config: {local_dir: %s}}'"
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
                + " set api_host and api_key (OPENAI_API_KEY) to use a real model",
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
