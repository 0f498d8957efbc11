package dev.warren.server.host;

import dev.warren.api.DescriptorBudget;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Tells a budget each second that one has passed, so that what is kept and not used is dropped. */
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

  /** After a pause as many seconds have passed as have. */
  private void tick() {
    descriptors.tick((int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
