package dev.warren.sqlfs.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks a history of calls that use names. */
public final class NameHistory {
  private NameHistory() {}

  /** Returns null if the history is linearizable. */
  public static @Nullable String problem(List<Event<NameCall>> events) {
    for (List<Event<NameCall>> group : independent(events)) {
      String problem = Linearizability.problem(new NameRules(), group);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  /**
   * Returns null if the history is linearizable, except that a lookup may find a cached file: the
   * one that the name referred to at most {@code age} numbers before the lookup began, unless the
   * lookup's own host has changed the name since. A lookup that finds nothing must be up to date.
   * The history must have no hard links, as a rename from one name of a file to another changes
   * nothing.
   */
  public static @Nullable String problemIfRemembered(List<Event<NameCall>> events, long age) {
    List<Event<NameCall>> earlier = new ArrayList<>();
    for (Event<NameCall> event : events) {
      boolean found = event.call() instanceof NameCall.Find && !"ENOENT".equals(event.result());
      earlier.add(
          found
              ? event.startingAt(Math.max(event.start() - age, lastChange(events, event)))
              : event);
    }
    return problem(earlier);
  }

  /** When the last change of the name ended that the lookup's host had made before; 0 if none. */
  private static long lastChange(List<Event<NameCall>> events, Event<NameCall> lookup) {
    return events.stream()
        .filter(event -> event.host() == lookup.host() && event.end() < lookup.start())
        .filter(event -> isChange(event) && event.call().paths().containsAll(lookup.call().paths()))
        .mapToLong(event -> event.end() + 1)
        .max()
        .orElse(0);
  }

  private static boolean isChange(Event<NameCall> event) {
    return event.result() != null
        && !new NameRules().isRead(event.call(), event.result())
        && !(event.call() instanceof NameCall.Rename rename && rename.from().equals(rename.to()));
  }

  /** Groups of events that have no names in common: each group is checked alone. */
  static Collection<List<Event<NameCall>>> independent(List<Event<NameCall>> events) {
    Map<String, String> leaders = new HashMap<>();
    for (Event<NameCall> event : events) {
      String first = leader(leaders, NameCalls.top(event.call().paths().getFirst()));
      String last = leader(leaders, NameCalls.top(event.call().paths().getLast()));
      leaders.put(last, first);
    }
    Map<String, List<Event<NameCall>>> groups = new HashMap<>();
    for (Event<NameCall> event : events) {
      if (event.result() != null || !(event.call() instanceof NameCall.Find)) {
        String leader = leader(leaders, NameCalls.top(event.call().paths().getFirst()));
        groups.computeIfAbsent(leader, _ -> new ArrayList<>()).add(event);
      }
    }
    return groups.values();
  }

  private static String leader(Map<String, String> leaders, String name) {
    String leader = name;
    while (!leaders.getOrDefault(leader, leader).equals(leader)) {
      leader = leaders.getOrDefault(leader, leader);
    }
    return leader;
  }
}
