package dev.warren.server;

import java.time.Duration;

/** Ends the process, even if plugins have left threads or shutdown hooks running. */
final class Exit {
  private static final Duration LONGEST = Duration.ofSeconds(3);

  private Exit() {}

  static void with(int status) {
    Thread watchdog =
        Thread.ofPlatform()
            .daemon()
            .name("exit")
            .unstarted(
                () -> {
                  try {
                    Thread.sleep(LONGEST);
                  } catch (InterruptedException _) {
                    // An interrupt also means: end now.
                  }
                  Runtime.getRuntime().halt(status);
                });
    watchdog.start();
    System.exit(status);
  }
}
