package dev.warren.server.http;

import dev.warren.frontend.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Limits the connections, and the bytes of responses that clients have not read. Beyond a limit,
 * the source that uses most loses a random connection: if it were the oldest or the newest one, a
 * client that merely connects fast enough would lock out everyone else. Connections whose page is
 * being computed are spared, because being in that state costs the host and not the client. Use on
 * the event loop only.
 */
final class ConnectionQuota {
  /** A connection. */
  interface Member {
    /** The source that it is counted for. */
    Source source();

    /** Whether only the client keeps it open, so that it may be closed. */
    boolean canGo();

    /** The bytes that the client has not yet read. */
    long waitingBytes();

    /** Closes the connection. */
    void drop();
  }

  private final int most;
  private final long mostBytes;
  private final RandomGenerator random;
  private final Map<Source, List<Member>> bySource = new HashMap<>();
  private int size;

  ConnectionQuota(int most, long mostBytes, RandomGenerator random) {
    this.most = most;
    this.mostBytes = mostBytes;
    this.random = random;
  }

  /**
   * Adds a connection, in place of another one if the limit is reached.
   *
   * @return whether it was added: not if no other can be closed
   */
  boolean add(Member member) {
    if (size >= most && !drop(Member::canGo, _ -> 1)) {
      return false;
    }
    bySource.computeIfAbsent(member.source(), _ -> new ArrayList<>()).add(member);
    size++;
    return true;
  }

  /** Removes a connection; does nothing if it is not there. */
  void remove(Member member) {
    List<Member> siblings = bySource.get(member.source());
    if (siblings == null || !siblings.remove(member)) {
      return;
    }
    size--;
    if (siblings.isEmpty()) {
      bySource.remove(member.source());
    }
  }

  /** The number of connections. */
  int size() {
    return size;
  }

  /** Frees part of the budget for a response, by closing connections whose clients do not read. */
  void makeRoom(long bytes) {
    while (waitingBytes() + bytes > mostBytes
        && drop(member -> member.waitingBytes() > 0, Member::waitingBytes)) {
      // repeats until the response fits, or no connection has unread bytes
    }
  }

  private long waitingBytes() {
    return bySource.values().stream().flatMap(List::stream).mapToLong(Member::waitingBytes).sum();
  }

  private boolean drop(Predicate<Member> canGo, ToLongFunction<Member> weight) {
    List<Member> victims = victims(canGo, weight);
    if (victims == null) {
      return false;
    }
    Member victim = victims.get(random.nextInt(victims.size()));
    remove(victim);
    victim.drop();
    return true;
  }

  /**
   * The connections that may be closed, of the source with the greatest total weight that has any.
   */
  private @Nullable List<Member> victims(Predicate<Member> canGo, ToLongFunction<Member> weight) {
    List<Member> victims = null;
    long heaviest = -1;
    for (List<Member> members : bySource.values()) {
      long weighs = members.stream().mapToLong(weight).sum();
      if (weighs > heaviest) {
        List<Member> candidates = members.stream().filter(canGo).toList();
        if (!candidates.isEmpty()) {
          victims = candidates;
          heaviest = weighs;
        }
      }
    }
    return victims;
  }
}
