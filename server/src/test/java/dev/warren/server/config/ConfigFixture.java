package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginSet;
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

  private static final ConfigKey<List<Object>> ADDRESSES = ConfigKey.list("listen", "where");
  private static final FrontEnd SFTP = new SampleFrontEnd("sftp", ConfigSpec.of(LISTEN, USERS));
  private static final FrontEnd HTTP = new SampleFrontEnd("http", ConfigSpec.of(ADDRESSES));

  final Map<String, String> environment = new HashMap<>();
  boolean demonstrating;
  boolean hasHttp;
  PluginSet plugins = TestPlugins.of(new SamplePlugin());
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
            hasHttp ? List.of(SFTP, HTTP) : List.of(SFTP),
            directories -> {
              pluginDirectories = directories;
              return plugins;
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

  private record SampleFrontEnd(String name, ConfigSpec configSpec) implements FrontEnd {
    @Override
    public RunningFrontEnd start(FrontEndContext context, Config config) throws IOException {
      throw new IOException("a checked configuration starts nothing");
    }
  }
}
