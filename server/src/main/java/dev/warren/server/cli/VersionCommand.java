package dev.warren.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code warren version}. */
@Command(
    name = "version",
    description = "Prints the version of Warren, Java and the system.",
    mixinStandardHelpOptions = true,
    versionProvider = WarrenCommand.VersionText.class,
    footerHeading = "%nExample:%n",
    footer = "  warren version")
final class VersionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  VersionCommand() {}

  @Override
  public void run() {
    spec.commandLine().getOut().println(WarrenCommand.VersionText.text());
    spec.commandLine().getOut().flush();
  }
}
