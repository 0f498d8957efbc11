package dev.warren.testkit;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingTest {
  @Test
  void theCallingThreadEvaluatesTheConditionUntilItHolds() {
    List<Thread> threads = new ArrayList<>();
    await()
        .until(
            () -> {
              threads.add(Thread.currentThread());
              return threads.size() == 3;
            });
    assertThat(threads).hasSize(3).containsOnly(Thread.currentThread());
  }

  @Test
  void aConditionThatFailsEndsTheWait() {
    assertThatThrownBy(
            () ->
                await()
                    .until(
                        () -> {
                          throw new IOException("broken");
                        }))
        .isInstanceOf(IOException.class)
        .hasMessage("broken");
  }

  @Test
  void aThreadThatDiesMeanwhileDoesNot() {
    List<Thread> dying = new ArrayList<>();
    await()
        .until(
            () -> {
              if (dying.isEmpty()) {
                dying.add(
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              throw new IllegalStateException("on purpose");
                            }));
              }
              return !dying.getFirst().isAlive();
            });
    assertThat(dying.getFirst().isAlive()).isFalse();
  }
}
