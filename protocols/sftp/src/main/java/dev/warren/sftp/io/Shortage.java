package dev.warren.sftp.io;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Logs that connections cannot be accepted, at most one line a minute: a line for each attempt,
 * every tenth of a second, would not end the shortage sooner. Thread-safe.
 */
final class Shortage {
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private final Consumer<String> log;
  private boolean told;
  private long toldAt;
  private long untold;

  /**
   * Creates the log of shortages.
   *
   * @param nanoTime the time, as {@link System#nanoTime}
   */
  Shortage(LongSupplier nanoTime, Consumer<String> log) {
    this.nanoTime = nanoTime;
    this.log = log;
  }

  /** Logs, or counts, that a connection could not be accepted. */
  void met(String what, String reason) {
    String line;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (told && now - toldAt < BETWEEN_LINES.toNanos()) {
        untold++;
        return;
      }
      line =
          "cannot accept %s: %s%s; others have to end first (ulimit -n and -u, LimitNOFILE=)"
              .formatted(what, reason, untold > 0 ? ", and " + untold + " times before that" : "");
      told = true;
      toldAt = now;
      untold = 0;
    }
    log.accept(line);
  }
}
