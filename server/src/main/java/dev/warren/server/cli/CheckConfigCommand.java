package dev.warren.server.cli;

import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.HostConfig;
import dev.warren.server.config.InstanceSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code warren check-config}. */
@Command(
    name = "check-config",
    description = {
      "Checks a configuration without opening anything.",
      "Prints every problem with its line and column to standard error, or what would be mounted."
    },
    mixinStandardHelpOptions = true,
    versionProvider = WarrenCommand.VersionText.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:no errors; there may be warnings", "2:errors"},
    footerHeading = "%nExample:%n",
    footer = "  warren check-config /etc/warren/config.yaml")
final class CheckConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The configuration; by default the one that serve would use.")
  private @Nullable Path file;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The same, as an option.")
  private @Nullable Path option;

  @SuppressWarnings("NullAway.Init")
  CheckConfigCommand() {}

  @Override
  public Integer call() throws ConfigurationException, IOException {
    Path checked = Installation.config(spec.commandLine(), file, option);
    HostConfig config =
        Installation.configurationReader(Installation.pluginLoader(), Installation.frontEnds())
            .read(checked);
    PrintWriter err = spec.commandLine().getErr();
    config.warnings().forEach(err::println);
    config
        .plugins()
        .refusals()
        .forEach(r -> err.printf("warning: plugin %s cannot be used: %s%n", r.name(), r.reason()));
    err.flush();
    PrintWriter out = spec.commandLine().getOut();
    out.println(checked + ": no errors");
    for (InstanceSettings instance : config.instances()) {
      out.printf("  %-24s %s%n", instance.path(), instance.plugin().name());
    }
    config.frontEnds().keySet().forEach(name -> out.printf("  %-24s front end%n", name));
    out.flush();
    return 0;
  }
}
