package dev.warren.sqlfs.history;

import org.jspecify.annotations.Nullable;

/**
 * A call that was made on a host. Start and end are numbers from one counter for all threads: if
 * one call's end is less than another's start, the first call had returned before the second began.
 *
 * @param host the host's number
 * @param result null if the call failed in a way that leaves open whether it has happened; then it
 *     may still happen at any time after its start, or never
 * @param end {@link Long#MAX_VALUE} if there is no result
 */
public record Event<C>(int host, C call, @Nullable String result, long start, long end) {
  /** A call whose result is known. */
  public static <C> Event<C> known(int host, C call, String result, long start, long end) {
    return new Event<>(host, call, result, start, end);
  }

  /** A call that may have happened. */
  public static <C> Event<C> unknown(int host, C call, long start) {
    return new Event<>(host, call, null, start, Long.MAX_VALUE);
  }

  /** The same call with an earlier start, for a call that could have happened earlier. */
  public Event<C> startingAt(long earlier) {
    return new Event<>(host, call, result, earlier, end);
  }

  @Override
  public String toString() {
    return result == null
        ? "%6d .. ?      host %d: %s: unknown".formatted(start, host, call)
        : "%6d .. %-6d host %d: %s: %s".formatted(start, end, host, call, result);
  }
}
