package dev.warren.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.Layout;
import java.io.PrintStream;
import java.time.Instant;

/**
 * Writes events to a stream and keeps the latest ones in memory, in the same format. Thread-safe.
 */
final class LogOutput extends AppenderBase<ILoggingEvent> {
  static final String NAME = "output";

  private final PrintStream stream;
  private final LogMemory memory;
  private final Redactor redactor;
  private volatile Layout<ILoggingEvent> layout;

  LogOutput(PrintStream stream, LogMemory memory, Redactor redactor) {
    this.stream = stream;
    this.memory = memory;
    this.redactor = redactor;
    layout = new LineLayout(redactor);
  }

  void format(LogFormat format) {
    layout =
        switch (format) {
          case TEXT -> new LineLayout(redactor);
          case JSON -> new JsonLayout(redactor);
        };
  }

  @Override
  protected void append(ILoggingEvent event) {
    byte[] line = layout.doLayout(event).getBytes(UTF_8);
    stream.write(line, 0, line.length);
    stream.flush();
    memory.add(line, Instant.ofEpochMilli(event.getTimeStamp()));
  }
}
