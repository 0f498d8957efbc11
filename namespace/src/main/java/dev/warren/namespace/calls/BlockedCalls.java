package dev.warren.namespace.calls;

import dev.warren.api.VfsPath;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The calls of a mount that block in the operating system, or wait for a thread.
 *
 * @param running calls in the operating system, the oldest first
 * @param queued how many calls wait for a thread
 */
public record BlockedCalls(List<Running> running, int queued) {
  /** No calls. */
  public static final BlockedCalls NONE = new BlockedCalls(List.of(), 0);

  private static final int MOST_NAMED = 5;

  /**
   * A call in the operating system.
   *
   * @param operation its name, one word
   * @param path the path that it concerns, relative to the mount's root
   * @param since how long it has been in the operating system
   * @param abandoned whether its requester has stopped waiting
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

  /** How many calls have been abandoned by their requesters. */
  public long abandoned() {
    return running.stream().filter(Running::abandoned).count();
  }

  /** How long the oldest call has been in the operating system; zero if there is none. */
  public Duration oldest() {
    return running.isEmpty() ? Duration.ZERO : running.getFirst().since();
  }

  /** Describes the calls in the operating system, for people. */
  public String describe() {
    String named =
        running.stream().limit(MOST_NAMED).map(Running::toString).collect(Collectors.joining(", "));
    int more = running.size() - MOST_NAMED;
    return more > 0 ? "%s, and %d more".formatted(named, more) : named;
  }
}
