package dev.warren.frontend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/plain/path-1.0",
        "",
        "two words",
        "it's",
        "$HOME `id` \"x\" \\",
        "a\nb",
        "~",
        "*"
      })
  void shellTakesQuotedWordsUnchanged(String word) throws Exception {
    Process shell = new ProcessBuilder("sh", "-c", "printf '[%s]' " + Recipe.quoted(word)).start();

    assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("[" + word + "]");
    assertThat(shell.waitFor()).isZero();
  }
}
