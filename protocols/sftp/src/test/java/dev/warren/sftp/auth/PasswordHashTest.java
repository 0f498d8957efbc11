package dev.warren.sftp.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  // Created by htpasswd -nbBC 8 u 'correct horse', and by argon2 saltsaltsalt -id -t 2 -k 1024 -p
  // 1.
  private static final String BCRYPT =
      "$2y$08$h2EqLV0e6YcghtFeEzx1nOyMOBed6Tw/1fVCy5m4mD2L0xazhaT0a";
  private static final String ARGON2 =
      "$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0$H5rnCvoHJK5J3ADJ9mc9NL74Ow2lIMZ5zI+CyR256y0";

  @ParameterizedTest
  @ValueSource(strings = {BCRYPT, ARGON2})
  void acceptsOnlyTheRightPassword(String text) {
    PasswordHash hash = PasswordHash.parse(text);
    assertThat(hash.matches("correct horse")).isTrue();
    assertThat(hash.matches("correct horsf")).isFalse();
    assertThat(hash.matches("")).isFalse();
    assertThat(hash.matches("correct horse" + "\0".repeat(100))).isFalse();
    assertThat(hash.matches("x".repeat(10_000))).isFalse();
  }

  /** bcrypt only uses 72 bytes: a text that starts with the same bytes must not match. */
  @Test
  void aLongPasswordIsNotTruncated() {
    PasswordHash hash =
        PasswordHash.parse("$2b$08$KBCwKxOzLha2MUDkMkFfguWp3UZEn2Aok1N3LEs9mWmcwiVfhngVC");
    assertThat(hash.matches("a".repeat(72))).isTrue();
    assertThat(hash.matches("a".repeat(73))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2",
        "",
        "$1$salt$hash",
        "$2b$04$......................................................",
        "$2b$31$.....................................................",
        "$argon2id$v=19$m=9999999,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=1024,t=200,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      })
  void anythingElseIsRefusedAndNotQuoted(String text) {
    assertThatThrownBy(() -> PasswordHash.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("hunter2");
  }
}
