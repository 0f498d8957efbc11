package dev.warren.gptfs.json;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The JSON mapper, and lookups in documents that may have any content. */
public final class Json {
  /** Thread-safe. Times are ISO 8601 text; big numbers keep their digits. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final JsonMapper LENIENT =
      MAPPER
          .rebuild()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();

  private Json() {}

  /** Parses bytes that are one JSON object; empty if they are anything else. */
  public static Optional<ObjectNode> object(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes) instanceof ObjectNode node
          ? Optional.of(node)
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** As {@link #object(byte[])}, but allows {@code NaN} and unescaped control characters. */
  public static Optional<ObjectNode> lenient(byte[] bytes) {
    try {
      return LENIENT.readTree(bytes) instanceof ObjectNode node
          ? Optional.of(node)
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** Parses bytes that are one JSON document; empty if they are anything else. */
  public static Optional<JsonNode> any(byte[] bytes) {
    try {
      return Optional.of(MAPPER.readTree(bytes));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** An empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A field that is text; null if it is missing or something else. */
  public static @Nullable String text(JsonNode node, String field) {
    return node.path(field).isString() ? node.path(field).stringValue() : null;
  }

  /** A field that is a whole number; 0 if it is missing or something else. */
  public static long number(JsonNode node, String field) {
    return node.path(field).canConvertToLong() ? node.path(field).longValue() : 0;
  }

  /** A value as JSON on one line, in UTF-8; unpaired surrogates are escaped. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JacksonException e) {
      return MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsBytes(value);
    }
  }

  /** A value as JSON on one line. */
  public static String string(Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }
}
