package dev.warren.api.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests the known word that the author of an unknown word may have meant. */
public final class Suggestion {
  /**
   * Longer words are not typing errors; the cost of a comparison is the product of both lengths.
   */
  private static final int LONGEST = 100;

  private Suggestion() {}

  /**
   * Returns {@code ", did you mean 'workers'?"}, or an empty string if no known word is similar.
   */
  public static String of(String word, Collection<String> known) {
    return nearest(word, known).map(", did you mean '%s'?"::formatted).orElse("");
  }

  /**
   * Returns the known word that differs by the fewest typing errors, if they are few for its
   * length. Ignores case.
   */
  public static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    return known.stream()
        .filter(candidate -> distance(word, candidate) <= Math.max(1, candidate.length() / 3))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /**
   * Counts insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
   */
  private static int distance(String word, String candidate) {
    String a = word.toLowerCase(Locale.ROOT);
    String b = candidate.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        d[i][j] =
            Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
