package dev.warren.api.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> KNOWN = List.of("workers", "local_dir", "path", "api_key");

  @ParameterizedTest
  @CsvSource({
    "wrokers, workers",
    "worker, workers",
    "workerss, workers",
    "w0rkers, workers",
    "WORKERS, workers",
    "localdir, local_dir",
    "LocalDir, local_dir",
    "pth, path",
    "paht, path",
    "apikey, api_key"
  })
  void typingMistakesAreRecognised(String word, String meant) {
    assertThat(Suggestion.nearest(word, KNOWN)).contains(meant);
    assertThat(Suggestion.of(word, KNOWN)).isEqualTo(", did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @CsvSource({"verbose", "wrkrs_no", "''", "paaaath"})
  void otherWordsAreNot(String word) {
    assertThat(Suggestion.of(word, KNOWN)).isEmpty();
  }

  @Test
  void theNearestIsChosen() {
    assertThat(Suggestion.nearest("wordets", List.of("workers", "worders"))).contains("worders");
    assertThat(Suggestion.nearest("x", List.of())).isEmpty();
  }
}
