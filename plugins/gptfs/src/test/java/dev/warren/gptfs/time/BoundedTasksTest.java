package dev.warren.gptfs.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BoundedTasksTest {
  /**
   * An error of the JVM frees the place, too: otherwise a few such errors would use up all places.
   */
  @Test
  void aTaskThatFailsFreesItsPlace() throws Exception {
    try (BoundedTasks tasks = new BoundedTasks("test-", 1)) {
      CountDownLatch ran = new CountDownLatch(2);
      tasks.run(
          () -> {
            ran.countDown();
            throw new StackOverflowError("made by the test");
          });
      tasks.run(ran::countDown);
      assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
