package dev.warren.testkit;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Prefixes the message of a failure with the arguments of its case. Build tools identify a
 * parameterised case only by its number, which does not show the options or the name with which it
 * ran.
 */
final class ArgumentsInFailures implements InvocationInterceptor {
  private static final int LONGEST = 100;

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    try {
      invocation.proceed();
    } catch (AssertionError | Exception e) {
      AssertionError told = new AssertionError(describe(call.getArguments()) + ": " + e, e);
      told.setStackTrace(e.getStackTrace());
      throw told;
    }
  }

  /** Returns the arguments as text, short enough for one line of a summary. */
  static String describe(List<Object> arguments) {
    return String.join(", ", arguments.stream().map(ArgumentsInFailures::describe).toList());
  }

  private static String describe(Object argument) {
    return switch (argument) {
      case byte[] bytes -> "bytes " + shortened(HexFormat.of().formatHex(bytes));
      case String text -> "'" + shortened(visible(text)) + "'";
      case Integer number -> "%d (0%o)".formatted(number, number);
      case Object[] several -> shortened(Arrays.toString(several));
      default -> shortened(String.valueOf(argument));
    };
  }

  private static String visible(String text) {
    StringBuilder visible = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                visible.append("\\u%04x".formatted(c));
              } else {
                visible.appendCodePoint(c);
              }
            });
    return visible.toString();
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST
        ? text
        : text.substring(0, LONGEST) + "... (" + text.length() + ")";
  }
}
