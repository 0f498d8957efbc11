package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many prompts and a server that fails one call in twenty: every answer is the right one. */
@Tag("slow")
@Timeout(value = 15, unit = TimeUnit.MINUTES) // two minutes on an idle machine
class SoakTest {
  /** {@code -Dgptfs.soak=N} sets the number of prompts. */
  private static final int PROMPTS = Integer.getInteger("gptfs.soak", 10_000);

  private static final int DIRECTORIES = 10;

  @Test
  void everyPromptGetsItsAnswer() throws Exception {
    AtomicInteger faults = new AtomicInteger();
    Random random = new Random(7);
    try (FakeModel model = new FakeModel()) {
      model.answers(
          body -> {
            int dice;
            synchronized (random) {
              dice = random.nextInt(100);
            }
            if (dice >= 5) {
              return FakeModel.echo(body);
            }
            faults.incrementAndGet();
            return fault(dice, body);
          });
      Map<String, Object> config = Mount.config(model.url());
      config.put("workers", 16);
      config.put("durability", "relaxed");
      config.put("max_attempts", 20);
      config.put("ambiguous_retries", 20);
      config.put("max_queued", PROMPTS + 1);
      config.put("keep", Map.of("jobs", PROMPTS + 1));
      try (Mount mount =
          Mount.open(new MemoryFileSystem(1L << 30, InstantSource.system()), config)) {
        for (int d = 0; d < DIRECTORIES; d++) {
          mount.fs.mkdir(Mount.path("inbox/d" + d), 0755);
        }
        for (int i = 0; i < PROMPTS; i++) {
          mount.put("inbox/" + name(i) + ".txt", "prompt " + i);
        }
        for (int i = 0; i < PROMPTS; i++) {
          assertThat(mount.read("wait/" + name(i))).isEqualTo("re: prompt " + i);
        }
        var done = mount.stats().path("since_start");
        assertThat(done.path("completed").asInt()).isEqualTo(PROMPTS);
        assertThat(done.path("failed").asInt()).isZero();
      }
      assertThat(faults.get()).isPositive();
      assertThat(model.calls()).isEqualTo(PROMPTS + faults.get());
    }
  }

  private static String name(int i) {
    return "d" + i % DIRECTORIES + "/p" + i;
  }

  private static MockResponse fault(int dice, String body) {
    return switch (dice) {
      case 0 -> FakeModel.json(429, "{}", "retry-after-ms", "5");
      case 1, 2 -> FakeModel.json(503, "{}");
      case 3 -> new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
      default ->
          FakeModel.json(
              200, FakeModel.completion("re: " + FakeModel.prompt(body)).substring(0, 40));
    };
  }
}
