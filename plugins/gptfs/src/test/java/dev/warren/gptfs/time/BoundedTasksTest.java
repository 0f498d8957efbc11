package dev.warren.gptfs.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BoundedTasksTest {
  /** Also where it is an error of the machine's: else as many of them would stop all others. */
  @Test
  void aTaskThatFailsGivesItsPlaceBack() throws Exception {
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
