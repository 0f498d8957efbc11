package dev.warren.sqlfs.history;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Searches for an order of a history's events in which each event has the result that the
 * specification requires, and comes after all events that had ended before it began (Wing and Gong,
 * 1993; no combination of ordered events and state is examined twice, as Lowe proposed in 2017).
 *
 * <p>An event without a result may be left out. A read that has the required result is placed as
 * soon as possible: that never excludes an order, because a read does not change the state in which
 * other events happen.
 */
public final class Linearizability<S, C> {
  /** A limit far above what the tests' histories need. */
  private static final int MOST_STATES = 3_000_000;

  private final Specification<S, C> specification;
  private final List<Event<C>> events;
  private final Set<Place<S>> seen = new HashSet<>();
  private final BitSet placed = new BitSet();
  private int most = -1;
  private String reached = "";

  /** The events that have their place in the order, and the state after them. */
  private record Place<S>(BitSet placed, S state) {}

  private Linearizability(Specification<S, C> specification, List<Event<C>> events) {
    this.specification = specification;
    this.events = events.stream().sorted(Comparator.comparingLong(Event::start)).toList();
  }

  /**
   * Returns null if there is such an order; otherwise the history, and the longest order of its
   * events that was found.
   */
  public static <S, C> @Nullable String problem(
      Specification<S, C> specification, List<Event<C>> events) {
    Linearizability<S, C> search = new Linearizability<>(specification, events);
    return search.isPossible(specification.initial()) ? null : search.report();
  }

  private boolean isPossible(S state) {
    BitSet reads = new BitSet(); // the reads that this call places
    boolean possible = placeReads(state, reads) || isPossibleAfter(state);
    placed.andNot(reads);
    return possible;
  }

  /** Places reads; returns whether all events with a result have been placed. */
  private boolean placeReads(S state, BitSet reads) {
    while (true) {
      long first = firstEnd();
      if (first == Long.MAX_VALUE) {
        return true;
      }
      int before = reads.cardinality();
      for (int i = placed.nextClearBit(0); isNext(i, first); i = placed.nextClearBit(i + 1)) {
        Event<C> event = events.get(i);
        String result = event.result();
        if (result != null
            && specification.isRead(event.call(), result)
            && specification.apply(state, event.call()).result().equals(result)) {
          placed.set(i);
          reads.set(i);
        }
      }
      if (reads.cardinality() == before) {
        note(state, first);
        return false;
      }
    }
  }

  private boolean isPossibleAfter(S state) {
    if (!seen.add(new Place<>((BitSet) placed.clone(), state))) {
      return false;
    }
    if (seen.size() > MOST_STATES) {
      throw new IllegalStateException("the history has too many concurrent events to be checked");
    }
    long first = firstEnd();
    for (int i = placed.nextClearBit(0); isNext(i, first); i = placed.nextClearBit(i + 1)) {
      Event<C> event = events.get(i);
      Specification.Outcome<S> outcome = specification.apply(state, event.call());
      if (event.result() == null
          ? !outcome.state().equals(state)
          : outcome.result().equals(event.result())) {
        placed.set(i);
        if (isPossible(outcome.state())) {
          return true;
        }
        placed.clear(i);
      }
    }
    return false;
  }

  /** Whether an event can come before the event that ends at {@code first}. */
  private boolean isNext(int i, long first) {
    return i < events.size() && events.get(i).start() <= first;
  }

  /** The earliest end of all events that are not placed. */
  private long firstEnd() {
    long first = Long.MAX_VALUE;
    for (int i = placed.nextClearBit(0); isNext(i, first); i = placed.nextClearBit(i + 1)) {
      first = Math.min(first, events.get(i).end());
    }
    return first;
  }

  private void note(S state, long first) {
    if (placed.cardinality() > most) {
      most = placed.cardinality();
      reached =
          "an order of %d events ends in %s, where none of these is possible:%n%s"
              .formatted(
                  most,
                  state,
                  IntStream.range(0, events.size())
                      .filter(i -> !placed.get(i) && isNext(i, first))
                      .mapToObj(i -> events.get(i).toString())
                      .collect(Collectors.joining("\n")));
    }
  }

  private String report() {
    return "%s%nthe whole history:%n%s"
        .formatted(reached, events.stream().map(Event::toString).collect(Collectors.joining("\n")));
  }
}
