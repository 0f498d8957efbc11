package dev.warren.server.cli;

import dev.warren.frontend.FrontEnd;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.host.Host;
import dev.warren.server.host.ServeLoop;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code warren serve}. */
@Command(
    name = "serve",
    description = {
      "Opens and mounts what the configuration says and serves it until a signal ends it.",
      "SIGTERM and SIGINT end it gracefully, a second one at once. SIGHUP reads the configuration"
          + " again and applies the changes."
    },
    mixinStandardHelpOptions = true,
    versionProvider = WarrenCommand.VersionText.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:ended by a signal",
      "1:could not start: an address in use, an instance that does not open with --strict",
      "2:wrong command line or configuration; nothing was opened",
      "143:ended at once by a second SIGTERM (130: SIGINT)"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warren serve",
      "  warren serve --demo",
      "  warren serve --strict /etc/warren/config.yaml",
      "  kill -HUP PID   # after a change of the configuration"
    })
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONFIG",
      description = {
        "The configuration. By default: that of the variable WARREN_CONFIG, config.yaml in the"
            + " working directory, or the one that came with Warren."
      })
  private @Nullable Path config;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The same, as an option.")
  private @Nullable Path option;

  @Option(
      names = "--strict",
      description = {
        "Fails to start if an instance cannot be opened. Otherwise requests to its mount point"
            + " fail with an input/output error."
      })
  private boolean strict;

  @Option(
      names = "--demo",
      description = {
        "Plugins that would call a service use a stand-in on this machine, whatever the"
            + " configuration says: gptfs answers without a key, and says so."
      })
  private boolean demo;

  @SuppressWarnings("NullAway.Init")
  ServeCommand() {}

  @Override
  public Integer call() throws ConfigurationException, IOException, InterruptedException {
    Path file = Installation.config(spec.commandLine(), config, option);
    PluginLoader plugins = Installation.pluginLoader();
    List<FrontEnd> frontEnds = Installation.frontEnds();
    Host.Parts parts =
        new Host.Parts(
            file,
            Installation.configurationReader(plugins, frontEnds).demonstrating(demo),
            plugins,
            Version.current());
    new ServeLoop(parts, strict, this::welcome).run();
    return 0;
  }

  private void welcome(Host host) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        StartupMessage.text(Version.current(), host.mounts(), host.recipes(), Redactor.PROCESS));
    out.flush();
  }
}
