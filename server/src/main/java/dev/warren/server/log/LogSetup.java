package dev.warren.server.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * Configures Logback in code: there is only one configuration, and parsing XML would take a tenth
 * of the start-up time. Logback finds this class through {@link java.util.ServiceLoader}.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  /** For {@link java.util.ServiceLoader}. */
  public LogSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LogOutput output = new LogOutput(System.err, LogMemory.PROCESS, Redactor.PROCESS);
    output.setContext(context);
    output.setName(LogOutput.NAME);
    output.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(output);
    LogLevels.set(context, "info");
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Sets the format of the log's lines. */
  public static void format(LogFormat format) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        && context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(LogOutput.NAME)
            instanceof LogOutput output) {
      output.format(format);
    }
  }
}
