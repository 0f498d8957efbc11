package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.TestPlugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads configurations that tests write. */
final class ConfigFixture {
  static final ConfigKey<String> LISTEN =
      ConfigKey.string("listen", "where").withDefault("127.0.0.1:2022");
  static final ConfigKey<List<Object>> USERS = ConfigKey.list("users", "who");

  final Map<String, String> environment = new HashMap<>();
  boolean demonstrating;
  final Redactor redactor = new Redactor();
  private final Path directory;
  private List<Path> pluginDirectories = List.of();

  ConfigFixture(Path directory) {
    this.directory = directory;
  }

  /** Reads a text as {@code config.yaml}. */
  HostConfig read(String text) throws ConfigurationException, IOException {
    Path file = Files.writeString(directory.resolve("config.yaml"), text);
    return new ConfigurationReader(
            List.of(new SampleFrontEnd()),
            directories -> {
              pluginDirectories = directories;
              return TestPlugins.of(new SamplePlugin());
            },
            environment::get,
            redactor)
        .demonstrating(demonstrating)
        .read(file);
  }

  /** The directories in which plugins were last searched for. */
  List<Path> pluginDirectories() {
    return pluginDirectories;
  }

  /** All problems of a text, errors and warnings, without the name of the file's directory. */
  List<String> problems(String text) throws IOException {
    try {
      return shown(read(text).warnings());
    } catch (ConfigurationException e) {
      return shown(e.problems());
    }
  }

  private List<String> shown(List<Problem> problems) {
    return problems.stream().map(p -> p.toString().replace(directory + "/", "")).toList();
  }

  private static final class SampleFrontEnd implements FrontEnd {
    @Override
    public String name() {
      return "sftp";
    }

    @Override
    public ConfigSpec configSpec() {
      return ConfigSpec.of(LISTEN, USERS);
    }

    @Override
    public RunningFrontEnd start(FrontEndContext context, Config config) throws IOException {
      throw new IOException("a checked configuration starts nothing");
    }
  }
}
