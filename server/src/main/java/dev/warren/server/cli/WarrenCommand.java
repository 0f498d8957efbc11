package dev.warren.server.cli;

import dev.warren.server.config.ConfigurationException;
import dev.warren.server.log.Redactor;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: what is common to all commands. */
@Command(
    name = "warren",
    description = "Serves file-system plugins in one namespace over SFTP and 9P.",
    subcommands = {
      ServeCommand.class,
      CheckConfigCommand.class,
      PluginsCommand.class,
      VersionCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = WarrenCommand.VersionText.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done; for serve: ended by a signal",
      "1:something failed while it ran",
      "2:wrong command line or configuration; nothing was opened"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warren serve                     serve what ./config.yaml says",
      "  warren check-config config.yaml  find mistakes in it",
      "  warren plugins gptfs             what gptfs does and which keys it has"
    })
public final class WarrenCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** For picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public WarrenCommand() {}

  /** Runs a command and answers with its exit status. */
  public static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  /** The command line, for tests that give it other writers. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new WarrenCommand());
    commandLine.setExecutionExceptionHandler(WarrenCommand::report);
    return commandLine;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "missing command");
  }

  private static int report(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult arguments) {
    PrintWriter err = commandLine.getErr();
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    err.println(Redactor.PROCESS.redact(message));
    err.flush();
    return failure instanceof ConfigurationException ? 2 : 1;
  }

  /** What {@code --version} prints. */
  static final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {text()};
    }

    static String text() {
      return "warren %s (Java %s, %s %s)"
          .formatted(
              Version.current(),
              Runtime.version(),
              System.getProperty("os.name"),
              System.getProperty("os.arch"));
    }
  }
}
