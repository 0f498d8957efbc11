package dev.warren.server.survey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SurveyTest {
  private final Survey<String> survey = new Survey<>("test of");
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  private final Callable<String> stuck =
      () -> {
        asked.incrementAndGet();
        release.await();
        return "late";
      };

  @Test
  void aStuckMountIsLeftOutAndNotAskedAgain() throws Exception {
    Map<String, Callable<String>> questions = Map.of("a", () -> "ok", "b", stuck);
    assertThat(survey.ask(questions, Duration.ofMillis(100))).isEqualTo(Map.of("a", "ok"));
    // The party is left out without a further wait.
    assertThat(survey.ask(questions, Duration.ofDays(1))).isEqualTo(Map.of("a", "ok"));
    assertThat(asked).hasValue(1);
    release.countDown();
  }

  @Test
  void aMountThatRespondsLateIsAskedAgain() throws Exception {
    assertThat(survey.ask(Map.of("b", stuck), Duration.ofMillis(10))).isEmpty();
    release.countDown();
    Map<String, String> answers = Map.of();
    while (answers.isEmpty()) { // until the thread that was stuck has ended
      answers = survey.ask(Map.of("b", () -> "again"), Duration.ofDays(1));
    }
    assertThat(answers).isEqualTo(Map.of("b", "again"));
  }

  @Test
  void aMountThatThrowsIsLeftOut() {
    Callable<String> broken =
        () -> {
          throw new StackOverflowError();
        };
    assertThat(survey.ask(Map.of("a", () -> "ok", "b", broken), Duration.ofDays(1)))
        .isEqualTo(Map.of("a", "ok"));
  }
}
