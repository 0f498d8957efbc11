package dev.warren.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line per event, whatever is in it: a file name with a line break must not look like an event
 * of its own. Stack traces follow their message on the same line.
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {
  private static final int MOST_FRAMES = 40;
  private static final int MOST_CAUSES = 8;

  private final DateTimeFormatter time =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT)
          .withZone(ZoneId.systemDefault());
  private final Redactor redactor;

  LineLayout(Redactor redactor) {
    this.redactor = redactor;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder text = new StringBuilder(String.valueOf(event.getFormattedMessage()));
    append(text, event.getThrowableProxy(), 0);
    StringBuilder line = new StringBuilder();
    time.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
    line.append(' ').append(String.format(Locale.ROOT, "%-5s", event.getLevel())).append(' ');
    line.append(shortName(event.getLoggerName())).append(": ");
    escape(redactor.redact(text.toString()), line);
    return line.append(System.lineSeparator()).toString();
  }

  /** The class's name without its package; what is no class's name is left as it is. */
  private static String shortName(String logger) {
    return logger.matches("[a-z0-9_.]+\\.[A-Z]\\w*")
        ? logger.substring(logger.lastIndexOf('.') + 1)
        : logger;
  }

  private static void append(StringBuilder text, @Nullable IThrowableProxy failure, int depth) {
    if (failure == null || depth == MOST_CAUSES) {
      return;
    }
    text.append(depth == 0 ? ": " : " caused by ").append(failure.getClassName());
    if (failure.getMessage() != null) {
      text.append(": ").append(failure.getMessage());
    }
    StackTraceElementProxy[] frames = failure.getStackTraceElementProxyArray();
    int shown =
        frames == null ? 0 : Math.min(frames.length - failure.getCommonFrames(), MOST_FRAMES);
    if (frames != null && shown > 0) {
      text.append(" [");
      for (int i = 0; i < shown; i++) {
        text.append(i == 0 ? "" : " < ").append(frames[i].getStackTraceElement());
      }
      text.append(']');
    }
    append(text, failure.getCause(), depth + 1);
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (Character.isISOControl(c)) { // an escape sequence would reach a terminal
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
  }
}
