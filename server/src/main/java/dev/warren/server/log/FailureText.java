package dev.warren.server.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import org.jspecify.annotations.Nullable;

/** A failure with its causes on one line, with as much of the stacks as helps. */
enum FailureText {
  /** For people: a line that a terminal and a journal still show. */
  SHORT(8, 3, 200),
  /** For programs. */
  WHOLE(80, 8, Integer.MAX_VALUE);

  private final int frames;
  private final int causes;
  private final int message;

  /**
   * @param frames how many methods of the stack; half of it for causes
   * @param causes how many failures: the first and those that led to it
   * @param message how much of what each says
   */
  FailureText(int frames, int causes, int message) {
    this.frames = frames;
    this.causes = causes;
    this.message = message;
  }

  /** Adds a failure, if there is one, after a colon. */
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
