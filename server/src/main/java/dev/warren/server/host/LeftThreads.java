package dev.warren.server.host;

import dev.warren.server.plugin.LoadedPlugin;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the threads that a plugin leaves behind when its last instance is closed. The host cannot
 * end them, but the log tells administrators what to report to the plugin's author.
 */
final class LeftThreads {
  private static final Logger log = LoggerFactory.getLogger(LeftThreads.class);
  private static final int MOST_NAMES = 10;

  private LeftThreads() {}

  /**
   * Waits for a plugin's threads to end, and logs those that do not.
   *
   * @param atMost the timeout for all of them together
   */
  static void report(LoadedPlugin plugin, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    try {
      for (Thread thread : plugin.threads()) {
        thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    List<Thread> left =
        plugin.threads().stream()
            .filter(thread -> thread != Thread.currentThread())
            .sorted(Comparator.comparing(Thread::getName))
            .toList();
    if (!left.isEmpty()) {
      log.warn(
          "{} threads of plugin {} still run after its last instance was closed: {}{}",
          left.size(),
          plugin.name(),
          String.join(", ", left.stream().limit(MOST_NAMES).map(Thread::getName).toList()),
          left.size() > MOST_NAMES ? ", ..." : "");
    }
  }
}
