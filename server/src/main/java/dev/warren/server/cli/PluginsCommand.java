package dev.warren.server.cli;

import dev.warren.api.config.Suggestion;
import dev.warren.server.plugin.LoadedFrontEnd;
import dev.warren.server.plugin.LoadedPlugin;
import dev.warren.server.plugin.PluginSet;
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

/** {@code warren plugins}. */
@Command(
    name = "plugins",
    description = {
      "Lists the plugins and additional front ends, or describes one: what it does, which keys its"
          + " configuration has, and which commands."
    },
    mixinStandardHelpOptions = true,
    versionProvider = WarrenCommand.VersionText.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:done", "1:there is no such plugin"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  warren plugins",
      "  warren plugins localfs",
      "  warren plugins --plugin-dir ./my-plugins clockfs"
    })
final class PluginsCommand implements Callable<Integer> {
  private static final String FRONT_END =
      "front end: it serves if the configuration has a section of its name.";

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The plugin to describe.")
  private @Nullable String name;

  @Option(
      names = "--plugin-dir",
      paramLabel = "DIR",
      description = "An additional directory with plugins, like those in server.plugin_dirs.")
  private List<Path> directories = List.of();

  @SuppressWarnings("NullAway.Init")
  PluginsCommand() {}

  @Override
  public Integer call() {
    PluginSet plugins = Installation.pluginLoader().load(directories);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int status = name == null ? list(plugins, out) : print(plugins, name, out, err);
    plugins.refusals().forEach(r -> err.printf("%s cannot be used: %s%n", r.name(), r.reason()));
    out.flush();
    err.flush();
    return status;
  }

  private static int list(PluginSet plugins, PrintWriter out) {
    for (LoadedPlugin plugin : plugins.all()) {
      out.printf("%-12s %s%n", plugin.name(), summary(plugin.readme()));
    }
    plugins.frontEnds().forEach(f -> out.printf("%-12s %s%n", f.name(), FRONT_END));
    return 0;
  }

  private static int print(PluginSet plugins, String name, PrintWriter out, PrintWriter err) {
    LoadedPlugin plugin = plugins.find(name).orElse(null);
    if (plugin == null) {
      return printFrontEnd(plugins, name, out, err);
    }
    out.println(plugin.readme().strip());
    out.printf("%n## Keys%n%n%s", ConfigReference.of(plugin.configSpec()));
    if (!plugin.maintenanceCommands().isEmpty()) {
      out.printf(
          "%n## Commands%n%nRun by `warren plugin %s COMMAND`:%n%n%s",
          name, PluginCommand.list(plugin.maintenanceCommands()));
    }
    return 0;
  }

  private static int printFrontEnd(
      PluginSet plugins, String name, PrintWriter out, PrintWriter err) {
    for (LoadedFrontEnd frontEnd : plugins.frontEnds()) {
      if (frontEnd.name().equals(name)) {
        out.printf("# %s%n%nA %s%n", name, FRONT_END);
        out.printf("%n## Keys%n%n%s", ConfigReference.of(frontEnd.configSpec()));
        return 0;
      }
    }
    err.printf("there is no plugin '%s'%s%n", name, Suggestion.of(name, plugins.names()));
    return 1;
  }

  /** The first line that is text and no heading. */
  private static String summary(String readme) {
    return readme
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst()
        .orElse("");
  }
}
