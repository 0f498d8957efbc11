package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.database.Databases;
import dev.warren.server.log.LogFormat;
import dev.warren.server.log.LogLevels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The section {@code server}.
 *
 * @param logLevel the least severe events that are logged: error, warn, info, debug or trace
 * @param logFormat the format of the log's lines
 * @param stateDirectory where the host and its plugins keep data that outlives them
 * @param drainTimeout how long in-flight requests may continue after shutdown begins
 * @param pluginDirectories where plugins and front ends are found, in addition to the
 *     distribution's
 * @param adminPlugins names of the plugins whose instances may administer the host
 * @param databaseConnections how many connections each server of databases, and user there, gets
 */
public record ServerSettings(
    String logLevel,
    LogFormat logFormat,
    Path stateDirectory,
    Duration drainTimeout,
    List<Path> pluginDirectories,
    Set<String> adminPlugins,
    int databaseConnections) {
  private static final ConfigKey<String> LOG_LEVEL =
      ConfigKey.choice("log_level", LogLevels.NAMES, "the least severe events that are logged")
          .withDefault("info");
  private static final ConfigKey<String> LOG_FORMAT =
      ConfigKey.choice(
              "log_format",
              Stream.of(LogFormat.values()).map(LogFormat::word).toList(),
              "the format of the log's lines: text for people, or JSON objects")
          .withDefault(LogFormat.TEXT.word());
  private static final ConfigKey<String> STATE_DIR =
      ConfigKey.string(
              "state_dir",
              "the directory for the host's and its plugins' persistent data; mode 0700")
          .withDefault("./state");
  private static final ConfigKey<Duration> DRAIN_TIMEOUT =
      ConfigKey.duration(
              "drain_timeout", "how long in-flight requests may continue after shutdown begins")
          .withDefault("10s")
          .withRange(0, Duration.ofHours(1).toMillis());
  private static final ConfigKey<List<Object>> PLUGIN_DIRS =
      ConfigKey.list(
          "plugin_dirs",
          "additional directories with plugins and front ends: each holds the jars of one, or a"
              + " subdirectory of jars for each");
  private static final ConfigKey<List<Object>> ADMIN_PLUGINS =
      ConfigKey.list(
              "admin_plugins",
              "the plugins whose instances may administer the host: read its sessions and log,"
                  + " mount, unmount, end sessions")
          // A plugin cannot claim this right itself: its jar may come from a stranger.
          .withDefault(List.of("sysfs"));
  private static final ConfigKey<Long> DATABASE_CONNECTIONS =
      ConfigKey.integer(
              "database_connections",
              "the connections to each database server, shared by all plugins; one more connection"
                  + " watches the server")
          .withDefault(Databases.USUAL_CONNECTIONS)
          .withRange(2, 1_000);

  /** The keys of the section. */
  public static final ConfigSpec SPEC =
      ConfigSpec.of(
          LOG_LEVEL,
          LOG_FORMAT,
          STATE_DIR,
          DRAIN_TIMEOUT,
          PLUGIN_DIRS,
          ADMIN_PLUGINS,
          DATABASE_CONNECTIONS);

  public ServerSettings {
    pluginDirectories = List.copyOf(pluginDirectories);
    adminPlugins = Set.copyOf(adminPlugins);
  }

  static ServerSettings of(Config config) {
    return new ServerSettings(
        config.get(LOG_LEVEL),
        LogFormat.of(config.get(LOG_FORMAT)),
        Path.of(config.get(STATE_DIR)).toAbsolutePath().normalize(),
        config.get(DRAIN_TIMEOUT),
        config.get(PLUGIN_DIRS).stream()
            .map(dir -> Path.of(dir.toString()).toAbsolutePath().normalize())
            .toList(),
        config.get(ADMIN_PLUGINS).stream().map(Object::toString).collect(Collectors.toSet()),
        Math.toIntExact(config.get(DATABASE_CONNECTIONS)));
  }

  static List<ConfigProblem> check(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    List<Object> directories = config.get(PLUGIN_DIRS);
    for (int i = 0; i < directories.size(); i++) {
      if (!(directories.get(i) instanceof String name) || !Files.isDirectory(Path.of(name))) {
        problems.add(
            new ConfigProblem(
                List.of(PLUGIN_DIRS.name(), Integer.toString(i)),
                false,
                "there is no directory '%s'; create it or remove it from plugin_dirs"
                    .formatted(directories.get(i))));
      }
    }
    return problems;
  }
}
