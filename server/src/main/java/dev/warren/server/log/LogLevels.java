package dev.warren.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much is logged. */
public final class LogLevels {
  /** The least to the most. */
  public static final List<String> NAMES = List.of("error", "warn", "info", "debug", "trace");

  /**
   * From which level on libraries are heard: they say at info what nobody asked for. MINA also
   * warns of every client that goes away; what matters of that the SFTP front end logs itself, and
   * the pool of every connection that breaks, where the host says once that the server is gone. The
   * last ones are classes of ours that log what MINA's classes above them have to say.
   */
  private static final Map<String, Level> TALKATIVE =
      Map.of(
          "io.netty", Level.WARN,
          "com.zaxxer.hikari", Level.ERROR,
          "org.apache.sshd", Level.ERROR,
          "dev.warren.sftp.ssh.SshSession", Level.ERROR,
          "dev.warren.sftp.ssh.LoginService", Level.ERROR,
          "dev.warren.sftp.ssh.MultiAddressServer", Level.ERROR,
          "dev.warren.sftp.ssh.SftpChannelSession", Level.ERROR);

  private LogLevels() {}

  /**
   * Sets the least important events that are logged.
   *
   * @param level one of {@link #NAMES}
   */
  public static void set(String level) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      set(context, level);
    }
  }

  static void set(LoggerContext context, String name) {
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
