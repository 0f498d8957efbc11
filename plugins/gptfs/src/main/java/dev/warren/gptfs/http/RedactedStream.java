package dev.warren.gptfs.http;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes keys out of a text that comes in pieces, wherever the pieces are cut: what may still become
 * a key is kept back until more has come. For one thread.
 */
public final class RedactedStream {
  private final List<String> secrets;
  private final Pattern key;
  private final StringBuilder kept = new StringBuilder();

  RedactedStream(List<String> secrets, Pattern key) {
    this.secrets = secrets;
    this.key = key;
  }

  /**
   * Adds a piece.
   *
   * @return what can be shown now, which may be empty; what is kept back comes later
   */
  public String add(String piece) {
    kept.append(piece);
    for (String secret : secrets) {
      for (int at = kept.indexOf(secret); at >= 0; at = kept.indexOf(secret, at)) {
        kept.replace(at, at + secret.length(), Redactor.STARS);
        at += Redactor.STARS.length();
      }
    }
    int end = kept.length();
    for (String secret : secrets) {
      end = Math.min(end, kept.length() - begun(secret));
    }
    while (end > 0 && (isKeyCharacter(kept.charAt(end - 1)) || splitsPair(end))) {
      end--;
    }
    String text = kept.substring(0, end);
    kept.delete(0, end);
    return key.matcher(text).replaceAll("$1-" + Redactor.STARS);
  }

  /** How many characters at the end are the beginning of a secret. */
  private int begun(String secret) {
    for (int length = Math.min(secret.length() - 1, kept.length()); length > 0; length--) {
      if (secret.startsWith(kept.substring(kept.length() - length))) {
        return length;
      }
    }
    return 0;
  }

  private static boolean isKeyCharacter(char c) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || "_*.-".indexOf(c) >= 0;
  }

  private boolean splitsPair(int end) {
    return Character.isHighSurrogate(kept.charAt(end - 1));
  }
}
