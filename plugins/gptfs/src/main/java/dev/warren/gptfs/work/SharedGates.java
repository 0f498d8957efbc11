package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.store.SharedJobs;
import dev.warren.gptfs.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the gates of all hosts alike: what a call of one has learnt, that nobody calls an endpoint
 * for a while or that it answers again, holds for the others. {@link #learnt} is called by any
 * thread, the rest by one.
 */
final class SharedGates {
  /** A difference that nobody notices. */
  private static final Duration SLACK = Duration.ofMillis(250);

  private static final Known OPEN = new Known(null, Instant.MIN);

  private final SharedJobs shared;
  private final Dispatcher dispatcher;
  private final Timers timers;
  private final Set<String> news = ConcurrentHashMap.newKeySet();
  private final Map<String, Known> known = new HashMap<>();

  /** What all hosts know of a gate; the time is this host's. */
  private record Known(@Nullable String held, Instant until) {}

  SharedGates(SharedJobs shared, Dispatcher dispatcher, Timers timers) {
    this.shared = shared;
    this.dispatcher = dispatcher;
    this.timers = timers;
  }

  /** A call of this host has taught a gate something. */
  void learnt(String endpoint) {
    news.add(endpoint);
  }

  /** Tells the other hosts what is news to them. */
  void tell() throws FsException {
    for (String endpoint : Set.copyOf(news)) {
      Gate gate = dispatcher.gates().get(endpoint);
      if (gate != null) {
        tell(endpoint, gate);
      }
      news.remove(endpoint);
    }
  }

  private void tell(String endpoint, Gate gate) throws FsException {
    Instant now = timers.steady();
    Instant closed = gate.closedUntil(now);
    Known here = new Known(gate.heldBecause(), closed == null ? Instant.MIN : closed);
    Known there = known.getOrDefault(endpoint, OPEN);
    boolean isLonger = here.until().isAfter(there.until()) && isApart(here.until(), there.until());
    if (isLonger || !Objects.equals(here.held(), there.held())) {
      known.put(endpoint, here);
      long millis = closed == null ? 0 : Duration.between(now, closed).toMillis();
      shared.tell(new SharedJobs.Gate(endpoint, millis, here.held()));
    }
  }

  private static boolean isApart(Instant later, Instant earlier) {
    return earlier.equals(Instant.MIN) || Duration.between(earlier, later).compareTo(SLACK) > 0;
  }

  /** Takes over what other hosts have told. */
  void hear() throws FsException {
    for (SharedJobs.Gate told : shared.gates()) {
      Gate gate = dispatcher.gates().get(told.endpoint());
      if (gate != null && !news.contains(told.endpoint())) {
        hear(told, gate);
      }
    }
  }

  private void hear(SharedJobs.Gate told, Gate gate) {
    Instant now = timers.steady();
    Instant until = told.millis() > 0 ? now.plusMillis(told.millis()) : Instant.MIN;
    Instant closed = gate.closedUntil(now);
    known.put(told.endpoint(), new Known(told.held(), until));
    if (told.held() != null) {
      if (gate.heldBecause() == null) {
        gate.observe().holdUntil(told.held(), now.plusMillis(Math.max(0, told.millis())));
        dispatcher.learnt(told.endpoint());
      }
    } else if (told.millis() > 0) {
      if (closed == null || (closed.isBefore(until) && isApart(until, closed))) {
        gate.observe().pause(until);
        dispatcher.learnt(told.endpoint());
      }
    } else if (gate.heldBecause() != null || (closed != null && isApart(closed, now))) {
      gate.reopen();
      dispatcher.opened(told.endpoint());
    }
  }
}
