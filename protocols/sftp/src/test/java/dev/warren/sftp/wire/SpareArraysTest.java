package dev.warren.sftp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpareArraysTest {
  private static final int SIZE = 32 * 1024;

  private final SpareArrays spare = new SpareArrays(2 * SIZE);

  @Test
  void anArrayIsReusedByOneAtATime() {
    byte[] array = new byte[SIZE];
    spare.give(array);
    assertThat(spare.take(SIZE)).isSameAs(array);
    assertThat(spare.take(SIZE)).isNull();
  }

  @Test
  void anArrayThatIsTooSmallIsNotUsed() {
    spare.give(new byte[SIZE]);
    assertThat(spare.take(SIZE + 1)).isNull();
  }

  @Test
  void smallArraysAreNotKept() {
    spare.give(new byte[100]);
    assertThat(spare.take(100)).isNull();
  }

  @Test
  void theKeptArraysAreLimited() {
    for (int i = 0; i < 3; i++) {
      spare.give(new byte[SIZE]);
    }
    assertThat(spare.take(SIZE)).isNotNull();
    assertThat(spare.take(SIZE)).isNotNull();
    assertThat(spare.take(SIZE)).isNull();
  }

  @Test
  void largerOnesReplaceSmallerOnes() {
    spare.give(new byte[SIZE / 2]);
    spare.give(new byte[SIZE]);
    spare.give(new byte[SIZE]);
    assertThat(spare.take(SIZE)).isNotNull();
    assertThat(spare.take(SIZE)).isNotNull();
  }
}
