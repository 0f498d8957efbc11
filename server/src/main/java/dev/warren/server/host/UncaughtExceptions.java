package dev.warren.server.host;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs exceptions that end a thread unexpectedly, in the log's format instead of the JVM's raw
 * output to standard error.
 */
final class UncaughtExceptions {
  private static final Logger log = LoggerFactory.getLogger(UncaughtExceptions.class);

  private UncaughtExceptions() {}

  /** Applies from now on, to the whole process. */
  static void log() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> log.error("thread '{}' has ended", thread.getName(), failure));
  }
}
