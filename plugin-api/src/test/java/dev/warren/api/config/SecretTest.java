package dev.warren.api.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void itPrintsAsStars() {
    assertThat(new Secret("hush")).hasToString("***");
    assertThat(String.valueOf(java.util.List.of(new Secret("hush")))).isEqualTo("[***]");
    assertThat(new Secret("hush").reveal()).isEqualTo("hush");
  }

  @Test
  void itComparesByValueAndItsHashRevealsNothing() {
    assertThat(new Secret("a")).isEqualTo(new Secret("a")).isNotEqualTo(new Secret("b"));
    assertThat(new Secret("a")).isNotEqualTo(new Secret("aa")).isNotEqualTo("a");
    assertThat(new Secret("a")).hasSameHashCodeAs(new Secret("b"));
  }
}
