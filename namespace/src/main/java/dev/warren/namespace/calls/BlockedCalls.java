package dev.warren.namespace.calls;

import dev.warren.api.VfsPath;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The calls of a mount that wait in the operating system, or for a thread to do so.
 *
 * @param running those that the system has, the oldest first
 * @param queued how many wait for a thread
 */
public record BlockedCalls(List<Running> running, int queued) {
  /** None at all. */
  public static final BlockedCalls NONE = new BlockedCalls(List.of(), 0);

  private static final int MOST_NAMED = 5;

  /**
   * A call that the system has.
   *
   * @param operation what it is, in one word
   * @param path what it is about, seen from the mount's root
   * @param since how long the system has had it
   * @param abandoned whether nobody waits for it any more
   */
  public record Running(String operation, VfsPath path, Duration since, boolean abandoned) {
    /** {@code stat /x since 75 s}. */
    @Override
    public String toString() {
      return "%s %s since %d s".formatted(operation, path, since.toSeconds());
    }
  }

  public BlockedCalls {
    running = running.stream().sorted(Comparator.comparing(Running::since).reversed()).toList();
  }

  /** How many nobody waits for any more. */
  public long abandoned() {
    return running.stream().filter(Running::abandoned).count();
  }

  /** How long the system has had the oldest; zero without any. */
  public Duration oldest() {
    return running.isEmpty() ? Duration.ZERO : running.getFirst().since();
  }

  /** Those that the system has, for people. */
  public String describe() {
    String named =
        running.stream().limit(MOST_NAMED).map(Running::toString).collect(Collectors.joining(", "));
    int more = running.size() - MOST_NAMED;
    return more > 0 ? "%s, and %d more".formatted(named, more) : named;
  }
}
