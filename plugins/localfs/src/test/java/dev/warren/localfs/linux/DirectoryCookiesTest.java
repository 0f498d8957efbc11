package dev.warren.localfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryCookiesTest {
  private final DirectoryCookies cookies = new DirectoryCookies();

  @ParameterizedTest
  @ValueSource(
      longs = {
        1,
        Long.MAX_VALUE,
        OpenDirectory.RESERVED_COOKIES - 1,
        OpenDirectory.RESERVED_COOKIES,
        OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT - 1,
        OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT,
        0,
        -1,
        Long.MIN_VALUE
      })
  void everyOffsetHasAnAllowedCookieThatLeadsBack(long offset) throws FsException {
    long cookie = cookies.cookie(offset);
    assertThat(cookie).isPositive();
    assertThat(
            cookie < OpenDirectory.RESERVED_COOKIES
                || cookie >= OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT)
        .isTrue();
    assertThat(cookies.offset(cookie)).isEqualTo(offset);
    assertThat(cookies.cookie(offset)).isEqualTo(cookie);
  }

  @Test
  void reservedAndNegativeCookiesAreRefused() {
    assertThatThrownBy(() -> cookies.offset(-1)).isInstanceOf(FsException.class);
    assertThatThrownBy(() -> cookies.offset(OpenDirectory.RESERVED_COOKIES))
        .isInstanceOf(FsException.class);
  }
}
