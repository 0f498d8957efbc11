package dev.warren.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import dev.warren.server.json.JsonWriter;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

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
    JsonWriter json = new JsonWriter().object();
    json.put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString())
        .put("level", event.getLevel().toString().toLowerCase(Locale.ROOT))
        .put("logger", redactor.redact(event.getLoggerName()))
        .put("thread", event.getThreadName())
        .put("message", redactor.redact(String.valueOf(event.getFormattedMessage())));
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> put(json, pair));
    }
    if (event.getThrowableProxy() != null) {
      StringBuilder failure = new StringBuilder();
      FailureText.WHOLE.append(failure, event.getThrowableProxy());
      json.put("failure", redactor.redact(failure.toString().replaceFirst("^: ", "")));
    }
    return json.endObject() + System.lineSeparator();
  }

  private void put(JsonWriter json, KeyValuePair pair) {
    switch (pair.value) {
      case Long number -> json.put(pair.key, number);
      case Integer number -> json.put(pair.key, (long) number);
      case Double number -> json.put(pair.key, number);
      case Boolean truth -> json.put(pair.key, truth);
      case null -> json.put(pair.key, null);
      default -> json.put(pair.key, redactor.redact(pair.value.toString()));
    }
  }
}
