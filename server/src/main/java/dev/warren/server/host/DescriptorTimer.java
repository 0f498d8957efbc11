package dev.warren.server.host;

import dev.warren.api.DescriptorBudget;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Advances a budget's clock every second, so that it closes descriptors that are cached and unused.
 */
final class DescriptorTimer implements AutoCloseable {
  private final DescriptorBudget descriptors;
  private final long start = System.nanoTime();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("descriptor-timer").factory());

  DescriptorTimer(DescriptorBudget descriptors) {
    this.descriptors = descriptors;
  }

  void start() {
    var _ = timer.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  /** Advances by the seconds that have really passed, also after a pause of the process. */
  private void tick() {
    descriptors.tick((int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
