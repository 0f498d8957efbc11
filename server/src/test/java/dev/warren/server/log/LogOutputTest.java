package dev.warren.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogOutputTest {
  private static final String SECRET = "sk-4711-secret";

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final LogMemory memory = new LogMemory(100_000);
  private final Redactor redactor = new Redactor();
  private final LogOutput output =
      new LogOutput(new PrintStream(written, true, UTF_8), memory, redactor);
  private final Logger logger = new LoggerContext().getLogger("dev.warren.Some");

  @BeforeEach
  void attach() {
    output.setContext(logger.getLoggerContext());
    output.start();
    logger.addAppender(output);
    logger.setLevel(Level.DEBUG);
    redactor.hide(SECRET, "***");
  }

  private String remembered() {
    ByteBuffer buffer = ByteBuffer.allocate(100_000);
    memory.read(0, buffer);
    return UTF_8.decode(buffer.flip()).toString();
  }

  @ParameterizedTest
  @EnumSource
  void hidesSecretsInAllPartsOfALineAndInTheLogInMemory(LogFormat format) {
    output.format(format);
    logger
        .atInfo()
        .addKeyValue("key", SECRET)
        .setCause(new IOException("no " + SECRET))
        .log("with {}", SECRET);
    assertThat(written.toString(UTF_8))
        .doesNotContain(SECRET)
        .contains("with ***", "no ***", "key")
        .hasLineCount(1)
        .isEqualTo(remembered());
  }

  @Test
  void inJsonEachLineIsAnObjectWithTheFieldsOfTheEvent() {
    output.format(LogFormat.JSON);
    logger.atDebug().addKeyValue("bytes_read", 5L).addKeyValue("path", "/a\nb").log("a \"b\"");
    assertThat(written.toString(UTF_8))
        .startsWith("{\"time\":\"2")
        .contains(
            ",\"level\":\"debug\",\"logger\":\"dev.warren.Some\",\"thread\":\"",
            ",\"message\":\"a \\\"b\\\"\",\"bytes_read\":5,\"path\":\"/a\\nb\"}")
        .endsWith("}\n");
  }

  @Test
  void inTextTheFieldsOfTheEventFollowTheMessage() {
    logger.atInfo().addKeyValue("operation", "stat").addKeyValue("us", 5).log("access:");
    assertThat(written.toString(UTF_8)).endsWith(" INFO  Some: access: operation=stat us=5\n");
  }
}
