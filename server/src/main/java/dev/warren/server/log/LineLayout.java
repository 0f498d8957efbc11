package dev.warren.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import dev.warren.server.json.UnseenCharacters;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes one line per event, whatever its text contains: a file name with a line break must not
 * look like an event of its own. Stack traces follow their message on the same line, shortened to
 * stay readable; the JSON layout has much longer ones.
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {
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
    if (event.getKeyValuePairs() != null) {
      event
          .getKeyValuePairs()
          .forEach(p -> text.append(' ').append(p.key).append('=').append(p.value));
    }
    FailureText.SHORT.append(text, event.getThrowableProxy());
    StringBuilder line = new StringBuilder();
    time.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
    line.append(' ').append(String.format(Locale.ROOT, "%-5s", event.getLevel())).append(' ');
    line.append(shortName(event.getLoggerName())).append(": ");
    escape(redactor.redact(text.toString()), line);
    return line.append(System.lineSeparator()).toString();
  }

  /**
   * Returns the class's name without its package; a logger that is not named after a class keeps
   * its name.
   */
  private static String shortName(String logger) {
    return logger.matches("[a-z0-9_.]+\\.[A-Z]\\w*")
        ? logger.substring(logger.lastIndexOf('.') + 1)
        : logger;
  }

  private static void escape(String text, StringBuilder out) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                  if (UnseenCharacters.contains(c)) {
                    UnseenCharacters.escape(c, out);
                  } else {
                    out.appendCodePoint(c);
                  }
                }
              }
            });
  }
}
