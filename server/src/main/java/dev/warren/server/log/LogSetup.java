package dev.warren.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Sets Logback up in code: there is one way to log, and parsing its XML would cost a tenth of the
 * start-up time. Found by Logback through {@link java.util.ServiceLoader}.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  /**
   * From which level on libraries are heard: they say at info what nobody asked for. MINA also
   * warns of every client that goes away; what matters of that the SFTP front end logs itself. The
   * last one is a class of ours that logs what MINA's class above it has to say.
   */
  private static final Map<String, Level> TALKATIVE =
      Map.of(
          "io.netty", Level.WARN,
          "org.apache.sshd", Level.ERROR,
          "dev.warren.sftp.ssh.SftpChannelSession", Level.ERROR);

  /** For {@link java.util.ServiceLoader}. */
  public LogSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LineLayout layout = new LineLayout(Redactor.PROCESS);
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    level(context, "info");
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Sets the least important events that are logged.
   *
   * @param level error, warn, info, debug or trace
   */
  public static void level(String level) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      level(context, level);
    }
  }

  private static void level(LoggerContext context, String name) {
    Level level = Level.toLevel(name);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level);
    TALKATIVE.forEach((library, usual) -> context.getLogger(library).setLevel(own(level, usual)));
  }

  /**
   * A library is one level behind at debug and trace, and heard from {@code usual} on above them.
   */
  private static Level own(Level level, Level usual) {
    if (level.isGreaterOrEqual(usual)) {
      return level;
    }
    return level.equals(Level.TRACE) ? Level.DEBUG : level.equals(Level.DEBUG) ? Level.INFO : usual;
  }
}
