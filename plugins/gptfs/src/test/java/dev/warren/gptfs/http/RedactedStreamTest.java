package dev.warren.gptfs.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.config.Secret;
import dev.warren.gptfs.config.Endpoint;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RedactedStreamTest {
  private static final String KEY = "sk-test-0123456789abcdef";
  private static final String HEADER = "Basic dXNlcjpwYXNz d29yZA==";

  private static final Redactor REDACTOR =
      new Redactor(
          List.of(
              new Endpoint(
                  "default",
                  URI.create("https://localhost/"),
                  new Secret(KEY),
                  null,
                  Map.of("X-Auth", HEADER))));

  @Test
  void noSecretIsShownHoweverTheTextIsCut() {
    String text =
        "the key "
            + KEY
            + ", the header "
            + HEADER
            + ", another sk-proj-9876543210zyx. Done \uD83D\uDE00. ";
    String expected = REDACTOR.message(text);
    assertThat(expected).doesNotContain("0123456789", "dXNlcj", "9876543210");
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      RedactedStream stream = REDACTOR.stream();
      StringBuilder shown = new StringBuilder();
      int at = 0;
      while (at < text.length()) {
        int end = Math.min(text.length(), at + random.nextInt(1, 12));
        shown.append(stream.add(text.substring(at, end)));
        at = end;
      }
      assertThat(shown.toString()).isEqualTo(expected);
    }
  }

  @Test
  void whatIsShownIsNeverABeginningOfASecret() {
    RedactedStream stream = REDACTOR.stream();
    StringBuilder shown = new StringBuilder();
    for (char c : ("a " + HEADER + " " + KEY + " ").toCharArray()) {
      shown.append(stream.add(String.valueOf(c)));
      assertThat(shown.toString()).doesNotContain("Basic", "dXN", "sk-test");
    }
    assertThat(shown.toString()).isEqualTo("a *** *** ");
  }

  @Test
  void ordinaryTextComesWordByWord() {
    RedactedStream stream = REDACTOR.stream();
    assertThat(stream.add("Once upon")).isEqualTo("Once ");
    assertThat(stream.add(" a time")).isEqualTo("upon a ");
    assertThat(stream.add("\n")).isEqualTo("time\n");
    assertThat(stream.add("日本語")).isEqualTo("日本語");
  }
}
