package dev.warren.server.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes JSON on one line. The output is always valid UTF-8: unpaired surrogates, which represent
 * the bytes of file names that are not UTF-8, are escaped. So are all control characters, which
 * could control a reader's terminal.
 */
public final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .characterEscapes(new ControlCharacters())
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .build();

  private Json() {}

  /** Returns an object as text. */
  public static String object(Consumer<JsonGenerator> members) {
    // Bytes, because the generator of characters does not escape unpaired surrogates.
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      members.accept(json);
      json.writeEndObject();
    }
    return out.toString(UTF_8);
  }

  /** Rounds a number to three decimal places; what JSON cannot represent becomes zero. */
  public static BigDecimal rounded(double value) {
    return BigDecimal.valueOf(Double.isFinite(value) ? value : 0).setScale(3, RoundingMode.HALF_UP);
  }
}
