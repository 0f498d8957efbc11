package dev.warren.sftp.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StartUpsTest {
  private final StartUps<String> startUps = new StartUps<>(2);

  @Test
  void theOldestGoes() {
    assertThat(startUps.add("a")).isEmpty();
    assertThat(startUps.add("b")).isEmpty();
    assertThat(startUps.add("c")).containsExactly("a");
    assertThat(startUps.add("d")).containsExactly("b");
    assertThat(startUps.size()).isEqualTo(2);
  }

  @Test
  void whoHasLoggedInOrGoneMakesRoom() {
    startUps.add("a");
    startUps.add("b");
    startUps.remove("a");
    startUps.remove("never there");
    assertThat(startUps.add("c")).isEmpty();
    assertThat(startUps.add("d")).containsExactly("b");
  }
}
