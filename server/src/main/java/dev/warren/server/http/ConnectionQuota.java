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
 * How many connections there may be, and how many bytes of answers that nobody takes. Past it
 * whoever has most loses one, at random: if it were the oldest, or the newest, somebody who only
 * connects fast enough would keep out everybody else. What is being computed is spared: to stay in
 * that state costs us, and not the client. Use on the event loop only.
 */
final class ConnectionQuota {
  /** A connection. */
  interface Member {
    /** Where it comes from. */
    Source source();

    /** Whether the client keeps it open, and it can go. */
    boolean canGo();

    /** Bytes that wait for the client. */
    long waitingBytes();

    /** Closes it. */
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
   * Lets a connection in, in another's place if need be.
   *
   * @return whether it is in: not if nothing can go
   */
  boolean add(Member member) {
    if (size >= most && !drop(Member::canGo, _ -> 1)) {
      return false;
    }
    bySource.computeIfAbsent(member.source(), _ -> new ArrayList<>()).add(member);
    size++;
    return true;
  }

  /** Forgets a connection; nothing happens if it is forgotten. */
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

  /** How many there are. */
  int size() {
    return size;
  }

  /** Makes room for an answer: drops who does not take what they have asked for. */
  void makeRoom(long bytes) {
    while (waitingBytes() + bytes > mostBytes
        && drop(member -> member.waitingBytes() > 0, Member::waitingBytes)) {
      // until it fits, or nobody else has anything
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

  /** Those who can go of the source that has most, counted over all that it has. */
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
