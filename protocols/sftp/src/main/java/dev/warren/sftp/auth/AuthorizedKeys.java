package dev.warren.sftp.auth;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/**
 * The parsed text of an {@code authorized_keys} file.
 *
 * @param keys the usable keys
 * @param problems what is wrong with the other lines: line numbers and reasons, but never their
 *     content
 */
public record AuthorizedKeys(List<AuthorizedKey> keys, List<String> problems) {
  /** No keys. */
  public static final AuthorizedKeys NONE = new AuthorizedKeys(List.of(), List.of());

  public AuthorizedKeys {
    keys = List.copyOf(keys);
    problems = List.copyOf(problems);
  }

  /** Parses a file's text. A line without a usable key adds a problem instead. */
  public static AuthorizedKeys parse(String text) {
    List<AuthorizedKey> keys = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        keys.add(parseLine(line));
      } catch (IllegalArgumentException e) {
        problems.add("line " + number + ": " + e.getMessage());
      }
    }
    return new AuthorizedKeys(keys, problems);
  }

  /**
   * Parses one line.
   *
   * @throws IllegalArgumentException if it contains no usable key; the message gives the reason
   */
  public static AuthorizedKey parseLine(String line) {
    int end = KeyOptions.end(line);
    if (isKeyType(line.substring(0, end))) {
      return new AuthorizedKey(key(line), KeyOptions.NONE);
    }
    KeyOptions options = KeyOptions.parse(line.substring(0, end), ZoneId.systemDefault());
    return new AuthorizedKey(key(line.substring(end).strip()), options);
  }

  private static boolean isKeyType(String word) {
    return word.startsWith("ssh-") || word.startsWith("ecdsa-") || word.startsWith("sk-");
  }

  private static PublicKey key(String text) {
    String[] words = text.split("[ \t]+", 3);
    if (words.length < 2 || !isKeyType(words[0])) {
      throw new IllegalArgumentException("not a public key in OpenSSH's format");
    }
    try {
      PublicKey key =
          PublicKeyEntry.parsePublicKeyEntry(words[0] + " " + words[1])
              .resolvePublicKey(null, null, PublicKeyEntryResolver.FAILING);
      KeyStrength.check(key);
      return key;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new IllegalArgumentException("not a usable public key: " + e.getMessage(), e);
    }
  }
}
