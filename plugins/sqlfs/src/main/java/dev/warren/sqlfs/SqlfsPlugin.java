package dev.warren.sqlfs;

import dev.warren.api.FileSystem;
import dev.warren.api.HostUser;
import dev.warren.api.MaintenanceCommand;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.UsedDirectory;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.sqlfs.names.Owner;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Opens {@link SqlFileSystem}s. */
public final class SqlfsPlugin implements Plugin {
  private static final ConfigKey<DatabaseSettings> DATABASE =
      ConfigKey.database(
          "database",
          "Where the files are; default: an SQLite file in the instance's state directory.");
  private static final ConfigKey<Long> MAX_BYTES =
      ConfigKey.size("max_bytes", "The limit for contents, names and files; beyond it ENOSPC.")
          .withDefault("1TiB")
          .withRange(64 << 10, 1L << 60);
  private static final ConfigKey<Long> CHUNK =
      ConfigKey.size("chunk", "The size of the rows that store contents; fixed at the first start.")
          .withDefault("64KiB")
          .withRange(4 << 10, 1 << 20);
  private static final ConfigKey<Long> CACHE =
      ConfigKey.size("cache", "Memory for what was read, and for what is not written yet.")
          .withDefault("32MiB")
          .withRange(4 << 20, 64L << 30);

  private static final ConfigSpec SPEC = ConfigSpec.of(DATABASE, MAX_BYTES, CHUNK, CACHE);
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** The lease for a database that no other host uses: none waits for it to expire. */
  private static final Duration LEASE_ALONE = Duration.ofMinutes(1);

  /** The plugin, for {@link java.util.ServiceLoader}. */
  public SqlfsPlugin() {}

  @Override
  public String name() {
    return "sqlfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return SPEC;
  }

  @Override
  public String readme() {
    return """
    # sqlfs

    A complete file system in a database: hard and symbolic links, extended attributes, sparse
    files, nanosecond times. Each change of names is one transaction.

    Without a key, all of it is in one SQLite file in the instance's state directory; `database`
    names another. `max_bytes` bounds it: contents, and 512 bytes for each file and its name.
    Contents lie in rows of `chunk` bytes, which is fixed when the file system is made. `cache`
    is the memory for what was read and for what is not in the database yet.

    Owners and permissions are stored, not enforced. `warren plugin sqlfs check` looks for damage.

        plugins:
          sqlfs: {path: /shared, config: {max_bytes: 10GiB}}
    """;
  }

  @Override
  public List<UsedDirectory> directories(Config config) {
    return config
        .find(DATABASE)
        .flatMap(DatabaseSettings::file)
        .map(file -> new UsedDirectory(DATABASE.name(), file, UsedDirectory.Use.OWN))
        .stream()
        .toList();
  }

  @Override
  public List<MaintenanceCommand> maintenanceCommands() {
    return Maintenance.commands();
  }

  /** Where an instance's files are. */
  static DatabaseSettings database(PluginContext context, Config config) throws IOException {
    Optional<DatabaseSettings> chosen = config.find(DATABASE);
    return chosen.isPresent()
        ? chosen.get()
        : DatabaseSettings.file(context.stateDirectory().resolve("files.db"));
  }

  static Duration lease(DatabaseSettings database) {
    return database.file().isPresent() ? LEASE_ALONE : LEASE;
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws IOException {
    DatabaseSettings database = database(context, config);
    HostUser user = HostUser.current();
    Owner owner = new Owner(user.uid(), user.gid());
    Instance instance =
        Instance.open(
            context.database(database),
            new Instance.Settings(
                config.get(MAX_BYTES),
                config.get(CHUNK).intValue(),
                config.get(CACHE),
                owner,
                "process " + ProcessHandle.current().pid(),
                lease(database),
                InstantSource.system(),
                System::nanoTime),
            context.logger());
    return context.blockingCalls().around(new SqlFileSystem(instance, owner));
  }
}
