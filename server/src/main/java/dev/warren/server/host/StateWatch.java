package dev.warren.server.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks regularly that the state directory still exists. Without it the host continues, but what
 * it writes there (host keys, journals) is lost, which would go unnoticed until the next start.
 */
final class StateWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StateWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final Path stateDirectory;
  private final StateLock lock;
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("state-watch").factory());
  private boolean missing;

  StateWatch(Path stateDirectory, StateLock lock) {
    this.stateDirectory = stateDirectory;
    this.lock = lock;
  }

  void start() {
    long millis = INTERVAL.toMillis();
    var _ = timer.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Logs what has changed since the last check. */
  synchronized void look() {
    boolean inPlace;
    try {
      inPlace = lock.isInPlace();
    } catch (IOException e) {
      log.debug("{} cannot be checked", stateDirectory, e);
      inPlace = false;
    }
    if (!inPlace && !missing) {
      log.error(
          "the state directory {} was removed or replaced: data written there is lost, and another"
              + " host can start with its path; stop, restore it, and start again",
          stateDirectory);
    } else if (inPlace && missing) {
      log.info("the state directory {} is back", stateDirectory);
    }
    missing = !inPlace;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
