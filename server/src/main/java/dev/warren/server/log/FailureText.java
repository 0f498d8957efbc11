package dev.warren.server.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import org.jspecify.annotations.Nullable;

/** A failure with its causes on one line, with as much of the stacks as helps. */
final class FailureText {
  private static final int MOST_FRAMES = 40;
  private static final int MOST_CAUSES = 8;

  private FailureText() {}

  /** Adds a failure, if there is one, after a colon. */
  static void append(StringBuilder text, @Nullable IThrowableProxy failure) {
    append(text, failure, 0);
  }

  private static void append(StringBuilder text, @Nullable IThrowableProxy failure, int depth) {
    if (failure == null || depth == MOST_CAUSES) {
      return;
    }
    text.append(depth == 0 ? ": " : " caused by ").append(failure.getClassName());
    if (failure.getMessage() != null) {
      text.append(": ").append(failure.getMessage());
    }
    StackTraceElementProxy[] frames = failure.getStackTraceElementProxyArray();
    int shown =
        frames == null ? 0 : Math.min(frames.length - failure.getCommonFrames(), MOST_FRAMES);
    if (frames != null && shown > 0) {
      text.append(" [");
      for (int i = 0; i < shown; i++) {
        text.append(i == 0 ? "" : " < ").append(frames[i].getStackTraceElement());
      }
      text.append(']');
    }
    append(text, failure.getCause(), depth + 1);
  }
}
