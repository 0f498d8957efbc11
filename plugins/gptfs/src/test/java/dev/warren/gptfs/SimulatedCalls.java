package dev.warren.gptfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The outcomes of the calls for each prompt of a simulation, and the prompts for which no further
 * calls may be made. Thread-safe.
 */
final class SimulatedCalls {
  /** The call was answered. */
  static final String ANSWERED = "200";

  /** The connection was closed after the request was read. */
  static final String CUT = "cut";

  /** The host died during the call. */
  static final String ORPHANED = "orphaned";

  /** The host cancelled the call. */
  static final String CANCELLED = "cancelled";

  private static final String IN_FLIGHT = "in-flight";

  /** Outcomes of calls that may have been billed. */
  private static final Set<String> BILLED = Set.of(ANSWERED, CUT, ORPHANED, CANCELLED);

  private final Map<String, List<String>> outcomes = new HashMap<>();
  private final Map<String, Integer> before = new HashMap<>();
  private final Set<String> done = new HashSet<>();
  private final List<String> violations = new ArrayList<>();

  /** A call for a prompt has arrived; returns its number among the calls for it. */
  synchronized int arrived(String prompt) {
    if (done.contains(prompt)) {
      violations.add("a call for " + prompt + ", whose answer is stored already");
    }
    List<String> all = outcomes.computeIfAbsent(prompt, _ -> new ArrayList<>());
    all.add(IN_FLIGHT);
    return all.size() - 1;
  }

  /** A call for a prompt has ended. */
  synchronized void ended(String prompt, int number, String outcome) {
    outcomes.getOrDefault(prompt, List.of()).set(number, outcome);
  }

  /** The answer to a prompt is stored: no further call may be made for it. */
  synchronized void done(String prompt) {
    done.add(prompt);
  }

  /** A client wants a prompt to be sent again: what was billed before does not count. */
  synchronized void again(String prompt) {
    done.remove(prompt);
    before.put(prompt, of(prompt).size());
  }

  /** The outcomes of the calls for a prompt so far. */
  synchronized List<String> of(String prompt) {
    return List.copyOf(outcomes.getOrDefault(prompt, List.of()));
  }

  /** How many calls for a prompt may have been billed since a client wanted it to be sent. */
  synchronized long billed(String prompt) {
    return of(prompt).stream()
        .skip(before.getOrDefault(prompt, 0))
        .filter(BILLED::contains)
        .count();
  }

  /** Calls that must not have been made. */
  synchronized List<String> violations() {
    return List.copyOf(violations);
  }
}
