package dev.warren.server;

import java.time.Duration;

/** Ends the process, whatever its plugins have left running. */
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
                    // whoever interrupts this wants the end too
                  }
                  Runtime.getRuntime().halt(status);
                });
    watchdog.start();
    System.exit(status);
  }
}
