package dev.warren.server.cli;

import dev.warren.frontend.FrontEnd;
import dev.warren.ninep.NinepFrontEnd;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.http.HttpFrontEnd;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.sftp.SftpFrontEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Where this Warren is installed, and what was installed with it. {@code bin/warren} passes the
 * directory in the system property {@value #HOME}.
 */
final class Installation {
  static final String HOME = "warren.home";

  /** The environment variable that names the configuration if the command line does not. */
  static final String CONFIG_VARIABLE = "WARREN_CONFIG";

  private Installation() {}

  /** The built-in front ends, in the order in which they start. */
  static List<FrontEnd> frontEnds() {
    List<FrontEnd> all = List.of(new SftpFrontEnd(), new NinepFrontEnd(), new HttpFrontEnd());
    // Initialising their libraries takes half a second, so it begins while the plugins are loaded.
    Thread.ofPlatform().daemon().name("warm-up").start(() -> all.forEach(FrontEnd::configSpec));
    return all;
  }

  static PluginLoader pluginLoader() {
    return new PluginLoader(home().map(home -> home.resolve("plugins")).stream().toList());
  }

  static ConfigurationReader configurationReader(PluginLoader plugins, List<FrontEnd> frontEnds) {
    return new ConfigurationReader(frontEnds, plugins::load, System::getenv, Redactor.PROCESS);
  }

  /**
   * Returns the configuration file to use.
   *
   * @param named the file given as a parameter, or null
   * @param option the file given as an option, or null
   * @throws IOException if neither is given and there is no default file
   */
  static Path config(CommandLine line, @Nullable Path named, @Nullable Path option)
      throws IOException {
    if (named != null && option != null) {
      throw new ParameterException(line, "the configuration is named twice; name it once");
    }
    Path file = named != null ? named : option;
    return file == null ? defaultConfig() : file;
  }

  /**
   * The default configuration file: the one that {@value #CONFIG_VARIABLE} names, {@code
   * config.yaml} in the working directory, or the one in the installation directory.
   *
   * @throws IOException if none of them exists
   */
  private static Path defaultConfig() throws IOException {
    String named = System.getenv(CONFIG_VARIABLE);
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    Path here = Path.of("config.yaml");
    if (Files.exists(here)) {
      return here;
    }
    return home()
        .map(home -> home.resolve("config.yaml"))
        .filter(Files::exists)
        .orElseThrow(
            () -> new IOException("there is no config.yaml here; name one: warren serve CONFIG"));
  }

  private static Optional<Path> home() {
    return Optional.ofNullable(System.getProperty(HOME)).map(Path::of);
  }
}
