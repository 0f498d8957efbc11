package dev.warren.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The levels of the log. */
public final class LogLevels {
  /** The levels, from the fewest events to the most. */
  public static final List<String> NAMES = List.of("error", "warn", "info", "debug", "trace");

  /**
   * The levels from which on libraries are logged, since their info events are of no use here. MINA
   * also warns of every client that disconnects; the SFTP front end itself logs what is relevant.
   * The pool warns of every broken connection, where the host logs once that the server is gone.
   * The last entries are classes of ours that log messages of MINA's superclasses.
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
   * Sets the least severe events that are logged.
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
   * Returns a library's level: one level less verbose at debug and trace, and {@code usual} or a
   * more severe level otherwise.
   */
  private static Level own(Level level, Level usual) {
    if (level.isGreaterOrEqual(usual)) {
      return level;
    }
    return level.equals(Level.TRACE) ? Level.DEBUG : level.equals(Level.DEBUG) ? Level.INFO : usual;
  }
}
