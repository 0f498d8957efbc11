package dev.warren.namespace;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Reason;
import dev.warren.api.VfsPath;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts every exception of a plugin to an error for the client, so that no plugin can harm a
 * front end, and logs unexpected exceptions: each kind of failure once with its stack trace, and
 * repeatedly only at debug level, so that a plugin that fails every request does not flood the log.
 */
final class PluginFailures {
  private static final Logger log = LoggerFactory.getLogger(PluginFailures.class);
  private static final int KINDS = 256;

  private final String mount;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  PluginFailures(VfsPath path, MountDescription description) {
    mount = description.instance() + " at " + path;
  }

  /**
   * Returns the error for a failure.
   *
   * @throws OutOfMemoryError if that is the failure: the host handles it
   */
  FsException answer(Throwable failure) {
    if (failure instanceof FsException answer) {
      if (answer.getCause() != null && !Errno.isExpected(answer)) {
        report(answer.getCause());
      }
      return answer;
    }
    if (failure instanceof OutOfMemoryError error) {
      throw error;
    }
    report(failure);
    return new FsException(Errno.of(failure), mount + ": " + Reason.of(failure), failure);
  }

  /** Logs a failure that no client receives. */
  void report(Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    String kind = failure.getClass().getName() + (stack.length == 0 ? "" : stack[0]);
    if (seen.size() < KINDS && seen.add(kind)) {
      log.error("{} failed; the next failures of this kind are logged at debug", mount, failure);
    } else {
      log.debug("{} failed", mount, failure);
    }
  }
}
