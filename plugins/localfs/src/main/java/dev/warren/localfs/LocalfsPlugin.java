package dev.warren.localfs;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import dev.warren.localfs.linux.LinuxLocalfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Serves a directory of the host. */
public final class LocalfsPlugin implements Plugin {
  private static final ConfigSpec SPEC =
      ConfigSpec.of(
          ConfigKey.of(
                  "local_dir",
                  ConfigType.STRING,
                  "the directory; a relative path is meant from where the host was started")
              .asRequired(),
          ConfigKey.of("create", ConfigType.BOOLEAN, "create the directory if it is missing")
              .withDefault(false),
          ConfigKey.of("read_only", ConfigType.BOOLEAN, "refuse all changes").withDefault(false),
          ConfigKey.of(
                  "portable",
                  ConfigType.BOOLEAN,
                  "use Java's own file access even on Linux, with its limits")
              .withDefault(false),
          ConfigKey.choice(
                  "identity",
                  List.of("host", "caller"),
                  "whose rights operations have: the host's own or the caller's; the latter takes"
                      + " a host that runs as root")
              .withDefault("host"));

  /** For {@link java.util.ServiceLoader}. */
  public LocalfsPlugin() {}

  @Override
  public String name() {
    return "localfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return SPEC;
  }

  @Override
  public String readme() {
    return "";
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    Path directory = directory(config);
    if (Files.exists(directory)) {
      if (!Files.isDirectory(directory)) {
        problems.add(ConfigProblem.of("local_dir", directory + " is not a directory"));
      }
    } else if (!config.bool("create")) {
      problems.add(
          ConfigProblem.of(
              "local_dir",
              directory + " does not exist; make it, or say 'create: true' to have it made"));
    }
    return problems;
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws IOException {
    Path directory = directory(config);
    if (config.bool("create")) {
      Files.createDirectories(directory);
    }
    return LinuxLocalfs.open(
        directory, config.bool("read_only"), config.string("identity").equals("caller"));
  }

  private static Path directory(Config config) {
    return Path.of(config.string("local_dir")).toAbsolutePath().normalize();
  }
}
