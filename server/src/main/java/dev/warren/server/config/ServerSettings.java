package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
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
 * @param logLevel the least important events that are logged: error, warn, info, debug or trace
 * @param logFormat what a line of the log looks like
 * @param stateDirectory where the host and its plugins keep what outlives them
 * @param drainTimeout how long requests that run may go on when the host ends
 * @param pluginDirectories where plugins and front ends are found, beside the distribution's
 * @param adminPlugins names of the plugins whose instances may administer the host
 */
public record ServerSettings(
    String logLevel,
    LogFormat logFormat,
    Path stateDirectory,
    Duration drainTimeout,
    List<Path> pluginDirectories,
    Set<String> adminPlugins) {
  /** The keys of the section. */
  public static final ConfigSpec SPEC =
      ConfigSpec.of(
          ConfigKey.choice(
                  "log_level", LogLevels.NAMES, "the least important events that are logged")
              .withDefault("info"),
          ConfigKey.choice(
                  "log_format",
                  Stream.of(LogFormat.values()).map(LogFormat::word).toList(),
                  "what a line of the log is: text for people, or a JSON object")
              .withDefault(LogFormat.TEXT.word()),
          ConfigKey.of(
                  "state_dir",
                  ConfigType.STRING,
                  "where the host and its plugins keep what outlives them; mode 0700")
              .withDefault("./state"),
          ConfigKey.of(
                  "drain_timeout",
                  ConfigType.DURATION,
                  "how long requests that run may go on when the host ends")
              .withDefault("10s")
              .withRange(0, Duration.ofHours(1).toMillis()),
          ConfigKey.of(
              "plugin_dirs",
              ConfigType.LIST,
              "further directories with plugins and front ends: each holds the jars of one, or a"
                  + " directory of jars for each"),
          ConfigKey.of(
                  "admin_plugins",
                  ConfigType.LIST,
                  "the plugins whose instances may administer the host: see its sessions and log,"
                      + " mount, unmount, end sessions")
              .withDefault(List.of("sysfs")));

  public ServerSettings {
    pluginDirectories = List.copyOf(pluginDirectories);
    adminPlugins = Set.copyOf(adminPlugins);
  }

  static ServerSettings of(Config config) {
    return new ServerSettings(
        config.string("log_level"),
        LogFormat.of(config.string("log_format")),
        Path.of(config.string("state_dir")).toAbsolutePath().normalize(),
        config.duration("drain_timeout"),
        config.list("plugin_dirs").stream()
            .map(dir -> Path.of(dir.toString()).toAbsolutePath().normalize())
            .toList(),
        config.list("admin_plugins").stream().map(Object::toString).collect(Collectors.toSet()));
  }

  static List<ConfigProblem> check(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    List<Object> directories = config.list("plugin_dirs");
    for (int i = 0; i < directories.size(); i++) {
      if (!(directories.get(i) instanceof String name) || !Files.isDirectory(Path.of(name))) {
        problems.add(
            new ConfigProblem(
                List.of("plugin_dirs", Integer.toString(i)),
                false,
                "there is no directory '%s'; create it or remove it from plugin_dirs"
                    .formatted(directories.get(i))));
      }
    }
    return problems;
  }
}
