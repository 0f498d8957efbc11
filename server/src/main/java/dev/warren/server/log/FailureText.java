package dev.warren.server.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import org.jspecify.annotations.Nullable;

/** Formats a failure with its causes on one line, with a useful part of the stack traces. */
enum FailureText {
  /** For people: short enough for a terminal or a journal to show. */
  SHORT(8, 3, 200),
  /** For programs. */
  WHOLE(80, 8, Integer.MAX_VALUE);

  private final int frames;
  private final int causes;
  private final int message;

  /**
   * @param frames the most stack frames of the first failure; half as many for each cause
   * @param causes the most failures: the first one and its causes
   * @param message the most characters of each failure's message
   */
  FailureText(int frames, int causes, int message) {
    this.frames = frames;
    this.causes = causes;
    this.message = message;
  }

  /** Appends a failure after a colon; nothing if it is null. */
  void append(StringBuilder text, @Nullable IThrowableProxy failure) {
    append(text, failure, 0);
  }

  private void append(StringBuilder text, @Nullable IThrowableProxy failure, int depth) {
    if (failure == null) {
      return;
    }
    if (depth == causes) {
      text.append(" and more");
      return;
    }
    text.append(depth == 0 ? ": " : " caused by ").append(failure.getClassName());
    if (failure.getMessage() != null) {
      text.append(": ").append(cut(failure.getMessage()));
    }
    StackTraceElementProxy[] stack = failure.getStackTraceElementProxyArray();
    int most = depth == 0 ? frames : frames / 2;
    int own = stack == null ? 0 : stack.length - failure.getCommonFrames();
    if (stack != null && own > 0) {
      text.append(" [");
      for (int i = 0; i < Math.min(own, most); i++) {
        text.append(i == 0 ? "" : " < ").append(stack[i].getStackTraceElement());
      }
      text.append(own > most ? " < ...]" : "]");
    }
    append(text, failure.getCause(), depth + 1);
  }

  private String cut(String said) {
    return said.length() <= message ? said : said.substring(0, message) + "...";
  }
}
