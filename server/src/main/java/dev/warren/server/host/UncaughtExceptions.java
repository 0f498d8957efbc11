package dev.warren.server.host;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ends a thread unexpectedly goes to the log, in its form, and not to standard error as it is.
 */
final class UncaughtExceptions {
  private static final Logger log = LoggerFactory.getLogger(UncaughtExceptions.class);

  private UncaughtExceptions() {}

  /** From now on, in this process. */
  static void log() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> log.error("thread '{}' has ended", thread.getName(), failure));
  }
}
