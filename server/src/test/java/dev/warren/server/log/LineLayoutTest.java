package dev.warren.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LineLayoutTest {
  private final Redactor redactor = new Redactor();
  private final LineLayout layout = new LineLayout(redactor);

  private String line(String logger, String message, Throwable failure, Object... arguments) {
    Logger source = new LoggerContext().getLogger(logger);
    return layout.doLayout(
        new LoggingEvent("here", source, Level.WARN, message, failure, arguments));
  }

  @Test
  void oneLineWithTimeLevelAndName() {
    assertThat(line("dev.warren.server.host.Host", "mounted {}", null, "/a"))
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ WARN  Host: mounted /a\\R");
    assertThat(line("gptfs:/agents/gptfs", "x", null)).contains(" gptfs:/agents/gptfs: x");
  }

  @Test
  void lineBreaksAndEscapeSequencesInMessagesAreShown() {
    assertThat(line("a", "file {}", null, "x\n2026 ERROR fake\u001b[31m\r\t"))
        .contains("x\\n2026 ERROR fake\\u001b[31m\\r\\t")
        .hasLineCount(1);
  }

  /** Such characters would make a terminal show the rest of the line in another order. */
  @Test
  void charactersThatChangeTheDirectionAreShown() {
    assertThat(line("a", "user {}", null, "\u202egnp\u2066x\u200f\u2028y\udb40\udc01é€😀"))
        .contains("user \\u202egnp\\u2066x\\u200f\\u2028y\\udb40\\udc01é€😀");
  }

  @Test
  void failuresAreOnTheLineWithTheirCauses() {
    String line =
        line("a", "no", new IllegalStateException("outer", new IOException("inner\nsecond")));
    assertThat(line)
        .contains("no: java.lang.IllegalStateException: outer [")
        .contains("LineLayoutTest.failuresAreOnTheLineWithTheirCauses")
        .contains("caused by java.io.IOException: inner\\nsecond")
        .hasLineCount(1);
  }

  private static void fail(int depth) {
    if (depth > 0) {
      fail(depth - 1);
    }
    throw new IllegalStateException("deep " + "x".repeat(10_000));
  }

  @Test
  void aLineWithALongStackCanStillBeRead() {
    Throwable failure = catchThrowable(() -> fail(200));
    for (int i = 0; i < 20; i++) {
      failure = new IOException("level " + i, failure);
    }
    assertThat(line("a", "no", failure))
        .hasSizeLessThan(2000)
        .contains("level 19", "caused by java.io.IOException: level 17", " < ...", " and more");
    assertThat(line("a", "no", catchThrowable(() -> fail(200))))
        .hasSizeLessThan(1200)
        .contains("IllegalStateException: deep xxx")
        .contains("LineLayoutTest.fail(LineLayoutTest.java:");
  }

  @Test
  void hiddenValuesAreTakenOutOfMessagesAndFailures() {
    redactor.hide("sk-4711-secret", "${env:KEY}");
    redactor.hide("first line\nsecond line\n", "${file:two}");
    String line =
        line(
            "a",
            "key {} and second line",
            new IOException("with sk-4711-secret", new IOException("https://sk-4711-secret@h/")),
            "sk-4711-secret");
    assertThat(line)
        .doesNotContain("4711")
        .doesNotContain("second line")
        .contains("key ${env:KEY} and ${file:two}")
        .contains("https://${env:KEY}@h/");
    assertThat(redactor.toString()).doesNotContain("4711");
  }

  @Test
  void aValueInsideAnotherIsHiddenWithIt() {
    redactor.hide("secret", "A");
    redactor.hide("secret-longer", "B");
    redactor.hide("short", "C");
    assertThat(redactor.redact("secret-longer secret short")).isEqualTo("B A short");
  }
}
