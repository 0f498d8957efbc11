package dev.warren.server.cli;

import dev.warren.api.MaintenanceCommand;
import dev.warren.api.config.Suggestion;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.HostConfig;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.host.Maintenance;
import dev.warren.server.log.LogLevels;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.LoadedPlugin;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code warren plugin}: runs a maintenance command of a plugin, or lists its commands. */
@Command(
    name = "plugin",
    description = {
      "Runs a maintenance command of a plugin on what an instance has stored, or lists the plugin's"
          + " commands.",
      "The host may be running meanwhile."
    },
    mixinStandardHelpOptions = true,
    versionProvider = WarrenCommand.VersionText.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all is well",
      "1:something was found, or the command failed",
      "2:wrong command line or configuration; nothing was opened"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warren plugin sqlfs",
      "  warren plugin sqlfs check",
      "  warren plugin --config /etc/warren/config.yaml sqlfs gc /shared"
    })
final class PluginCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "PLUGIN", description = "The plugin.")
  private String pluginName;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "COMMAND",
      description = "Its command; by default its commands are listed.")
  private @Nullable String commandName;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "MOUNT",
      description = "The instance's path; needed if the plugin is mounted more than once.")
  private @Nullable String mount;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration; by default the one that serve would use.")
  private @Nullable Path file;

  @SuppressWarnings("NullAway.Init")
  PluginCommand() {}

  @Override
  public Integer call() throws ConfigurationException, IOException, InterruptedException {
    HostConfig config =
        Installation.configurationReader(Installation.pluginLoader(), Installation.frontEnds())
            .read(Installation.config(spec.commandLine(), null, file));
    LoadedPlugin plugin =
        config
            .plugins()
            .find(pluginName)
            .orElseThrow(
                () ->
                    wrong(
                        "there is no plugin '%s'%s"
                            .formatted(
                                pluginName, Suggestion.of(pluginName, config.plugins().names()))));
    PrintWriter out = spec.commandLine().getOut();
    String name = commandName;
    if (name == null) {
      out.print(list(plugin.maintenanceCommands()));
      out.flush();
      return 0;
    }
    MaintenanceCommand command = command(plugin, name);
    InstanceSettings instance = instance(config, plugin);
    LogLevels.set("warn"); // so that log messages do not hide the lines of the command
    boolean well =
        Maintenance.run(
            config,
            instance,
            command,
            line -> {
              out.println(Redactor.PROCESS.redact(line));
              out.flush();
            });
    return well ? 0 : 1;
  }

  /** A list of the commands, one line each. */
  static String list(List<MaintenanceCommand> commands) {
    return commands.isEmpty()
        ? "It has no commands.%n".formatted()
        : commands.stream()
            .map(command -> "* `%s`: %s%n".formatted(command.name(), command.help()))
            .collect(Collectors.joining());
  }

  private MaintenanceCommand command(LoadedPlugin plugin, String name) {
    List<MaintenanceCommand> commands = plugin.maintenanceCommands();
    return commands.stream()
        .filter(command -> command.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    "%s has no command '%s'%s"
                        .formatted(
                            plugin.name(),
                            name,
                            Suggestion.of(
                                name, commands.stream().map(MaintenanceCommand::name).toList()))));
  }

  private InstanceSettings instance(HostConfig config, LoadedPlugin plugin) {
    List<InstanceSettings> all =
        config.instances().stream().filter(one -> one.plugin().equals(plugin)).toList();
    List<InstanceSettings> chosen =
        mount == null
            ? all
            : all.stream().filter(one -> one.path().toString().equals(mount)).toList();
    if (chosen.size() == 1) {
      return chosen.getFirst();
    }
    String paths =
        all.isEmpty()
            ? "nowhere"
            : all.stream().map(one -> one.path().toString()).collect(Collectors.joining(", "));
    throw wrong(
        chosen.isEmpty()
            ? "the configuration mounts %s %s%s"
                .formatted(plugin.name(), paths, mount == null ? "" : ", not at " + mount)
            : "%s is mounted more than once; name one of %s".formatted(plugin.name(), paths));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
