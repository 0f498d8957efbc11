package dev.warren.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import dev.warren.server.json.Json;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;
import tools.jackson.core.JsonGenerator;

/**
 * Writes one JSON object per line: {@code time} (UTC), {@code level}, {@code logger}, {@code
 * thread}, {@code message}, the event's key-value pairs ({@code user}, {@code bytes_read}), and
 * {@code failure} with its stack trace.
 */
final class JsonLayout extends LayoutBase<ILoggingEvent> {
  private final Redactor redactor;

  JsonLayout(Redactor redactor) {
    this.redactor = redactor;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    return Json.object(json -> write(event, json)) + System.lineSeparator();
  }

  private void write(ILoggingEvent event, JsonGenerator json) {
    json.writeStringProperty("time", Instant.ofEpochMilli(event.getTimeStamp()).toString())
        .writeStringProperty("level", event.getLevel().toString().toLowerCase(Locale.ROOT))
        .writeStringProperty("logger", redactor.redact(event.getLoggerName()))
        .writeStringProperty("thread", event.getThreadName())
        .writeStringProperty(
            "message", redactor.redact(String.valueOf(event.getFormattedMessage())));
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> write(pair, json));
    }
    if (event.getThrowableProxy() != null) {
      StringBuilder failure = new StringBuilder();
      FailureText.WHOLE.append(failure, event.getThrowableProxy());
      json.writeStringProperty(
          "failure", redactor.redact(failure.toString().replaceFirst("^: ", "")));
    }
  }

  private void write(KeyValuePair pair, JsonGenerator json) {
    switch (pair.value) {
      case Long number -> json.writeNumberProperty(pair.key, number);
      case Integer number -> json.writeNumberProperty(pair.key, number);
      case Double number -> json.writeNumberProperty(pair.key, Json.rounded(number));
      case Boolean truth -> json.writeBooleanProperty(pair.key, truth);
      case null -> json.writeNullProperty(pair.key);
      default -> json.writeStringProperty(pair.key, redactor.redact(pair.value.toString()));
    }
  }
}
