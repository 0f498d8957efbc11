package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Simulations of gptfs's jobs. Clients upload, replace, rename, remove, cancel and retry prompts
 * and batches, while the endpoint answers, refuses and fails, the disk is full or fails, the clock
 * is set, and the host dies at any change of its disk. Then everything becomes healthy, and the
 * final state of each prompt must follow from its calls.
 *
 * <p>The order of the steps depends on a seed; a failure shows the seed and the steps. The threads
 * of the host may still run in a different order. The seeds are the same in each run. System
 * properties: {@code simulation.seeds}, how many new seeds to run instead; {@code simulation.seed},
 * the only one to run.
 */
@Tag("slow")
class JobSimulationTest {
  private static final int SEEDS = 100;
  private static final int FEWEST_STEPS = 15;
  private static final int MOST_STEPS = 60;

  /** The time within which all jobs must end once everything is healthy: longer than any delay. */
  private static final Duration TO_END = Duration.ofHours(3);

  private static final Duration STEP = Duration.ofSeconds(90);

  @TempDir Path directory;

  @Test
  @Timeout(60 * 60)
  void everyPromptEndsAsItsCallsExplain() throws Exception {
    Long only = Long.getLong("simulation.seed");
    if (only != null) {
      simulate(only);
      return;
    }
    Integer more = Integer.getInteger("simulation.seeds");
    long first = more == null ? 1 : ThreadLocalRandom.current().nextLong(1L << 40);
    for (int i = 0; i < (more == null ? SEEDS : more); i++) {
      simulate(first + i);
    }
  }

  private void simulate(long seed) throws Exception {
    Path own = Files.createDirectory(directory.resolve(String.valueOf(seed)));
    try (JobSimulation world = new JobSimulation(seed, own)) {
      try {
        run(world);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "%s%n%n-Dsimulation.seed=%d:%n  %s%n%nlog:%n  %s"
                .formatted(
                    e,
                    seed,
                    String.join("\n  ", world.steps()),
                    String.join("\n  ", world.log.lines())),
            e);
      }
    }
  }

  private static void run(JobSimulation world) throws Exception {
    SimulatedSteps steps = new SimulatedSteps(world);
    SimulatedChecks checks = new SimulatedChecks(world);
    int count = FEWEST_STEPS + world.random.nextInt(MOST_STEPS - FEWEST_STEPS);
    for (int i = 0; i < count; i++) {
      steps.next();
      world.quiesce();
      checks.always();
      if (world.host().disk.isDead() || (world.host().hasFailed() && world.random.nextBoolean())) {
        world.restart();
        world.quiesce();
      }
    }
    world.heal();
    drain(world, steps, checks);
    checks.ends();
    checks.stats();
    everyWorkerWorks(world, steps, checks);
    world.restart();
    drain(world, steps, checks);
    checks.ends();
    checks.stats();
  }

  /** Lets time pass, and answers the calls, until all jobs have ended. */
  private static void drain(JobSimulation world, SimulatedSteps steps, SimulatedChecks checks)
      throws Exception {
    Duration passed = Duration.ZERO;
    for (List<String> open = checks.open(); !open.isEmpty(); open = checks.open()) {
      assertThat(passed)
          .as("everything is healthy, but jobs have not ended: %s, %s", open, world.mount().stats())
          .isLessThan(TO_END);
      passed = passed.plus(STEP);
      world.advance(STEP);
      world.quiesce();
      serveAll(world, steps, checks);
    }
  }

  private static void serveAll(JobSimulation world, SimulatedSteps steps, SimulatedChecks checks)
      throws Exception {
    for (List<SimulatedEndpoint.Call> waiting = world.endpoint.waiting();
        !waiting.isEmpty();
        waiting = world.endpoint.waiting()) {
      for (SimulatedEndpoint.Call call : waiting) {
        steps.serve(call);
      }
      world.quiesce();
      checks.always();
    }
  }

  /** Checks that no worker is lost: as many calls as there are workers can be in-flight at once. */
  private static void everyWorkerWorks(
      JobSimulation world, SimulatedSteps steps, SimulatedChecks checks) throws Exception {
    world.command("resume");
    List<String> names = new ArrayList<>();
    for (int i = 0; i <= world.workers; i++) {
      String name = "w" + i + ".txt";
      world.say("upload " + name);
      world.upload(name, List.of("w" + world.newNumber()));
      names.add(name);
    }
    world.advance(Duration.ofSeconds(1));
    world.quiesce();
    Until.holds("all workers work", () -> world.endpoint.waiting().size() == world.workers);
    drain(world, steps, checks);
    for (String name : names) {
      assertThat(world.state(world.files.get(name))).isEqualTo("completed");
    }
  }
}
