package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.OpenOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsInFailuresTest {
  private static String described(Object... arguments) {
    return ArgumentsInFailures.describe(List.of(arguments));
  }

  @Test
  void argumentsAreShownInTheirUsualForm() {
    assertThat(described(OpenOptions.REPLACE)).isEqualTo("write|create|truncate");
    assertThat(described(04755)).isEqualTo("2541 (04755)");
    assertThat(described(new byte[] {'a', (byte) 0xff})).isEqualTo("bytes 61ff");
    assertThat(described("a b", 1L << 40)).isEqualTo("'a b', 1099511627776");
  }

  @Test
  void aMessageIsOneShortLine() {
    assertThat(described("a\nb")).isEqualTo("'a\\u000ab'");
    assertThat(described("x".repeat(4095))).isEqualTo("'" + "x".repeat(100) + "... (4095)'");
  }
}
