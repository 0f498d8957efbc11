package dev.warren.server.cli;

import dev.warren.api.Reason;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.log.Redactor;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The top level of the command line, common to all commands. */
@Command(
    name = "warren",
    description = "Serves file-system plugins in one namespace over SFTP and 9P.",
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
  /** The commands, in the order in which the help lists them. */
  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("serve", ServeCommand::new);
    COMMANDS.put("check-config", CheckConfigCommand::new);
    COMMANDS.put("plugins", PluginsCommand::new);
    COMMANDS.put("plugin", PluginCommand::new);
    COMMANDS.put("version", VersionCommand::new);
  }

  @Spec private CommandSpec spec;

  /** For picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public WarrenCommand() {}

  /** Runs a command and returns its exit status. */
  public static int run(String... arguments) {
    return commandLine(arguments).execute(arguments);
  }

  /**
   * Returns the command line for these arguments; tests give it other writers. If the first
   * argument is a command, only that one is registered, because describing a command to picocli
   * takes longer than reading the configuration. Otherwise all are registered, so that picocli can
   * list them or suggest a similar one.
   */
  static CommandLine commandLine(String... arguments) {
    CommandLine commandLine = new CommandLine(new WarrenCommand());
    String asked = arguments.length == 0 ? "" : arguments[0];
    COMMANDS.forEach(
        (name, command) -> {
          if (name.equals(asked) || !COMMANDS.containsKey(asked)) {
            commandLine.addSubcommand(name, command.get());
          }
        });
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
    boolean configuration = failure instanceof ConfigurationException;
    String message = configuration ? String.valueOf(failure.getMessage()) : Reason.of(failure);
    Throwable mistake = configuration ? null : Reason.mistake(failure);
    if (mistake != null) {
      LoggerFactory.getLogger(WarrenCommand.class)
          .error("{} has failed", commandLine.getCommandName(), mistake);
    }
    err.println(Redactor.PROCESS.redact(message));
    err.flush();
    return configuration ? 2 : 1;
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
