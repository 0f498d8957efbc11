package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.store.SharedJobs;
import dev.warren.gptfs.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the gates of all hosts alike: once a call on one host has closed an endpoint's gate or has
 * shown that the endpoint serves again, that applies to all hosts. One host at a time probes a held
 * endpoint; the others wait for the result as long as that host is considered alive. {@link
 * #learnt} and {@link #due} are called by any thread, the other methods by one.
 */
final class SharedGates {
  /** Times that differ by no more than this are not published again. */
  private static final Duration SLACK = Duration.ofMillis(250);

  private static final Known OPEN = new Known(null, Instant.MIN);

  private final SharedJobs shared;
  private final Dispatcher dispatcher;
  private final Timers timers;
  private final Set<String> news = ConcurrentHashMap.newKeySet();
  private final Set<String> due = ConcurrentHashMap.newKeySet();
  private final Set<String> probing = new HashSet<>();
  private final Map<String, Known> known = new HashMap<>();

  /** What all hosts know of a gate; the time is of this host's monotonic clock. */
  private record Known(@Nullable String held, Instant until) {}

  SharedGates(SharedJobs shared, Dispatcher dispatcher, Timers timers) {
    this.shared = shared;
    this.dispatcher = dispatcher;
    this.timers = timers;
  }

  /** Called when a gate of this host may have changed. Non-blocking. */
  void learnt(String endpoint) {
    news.add(endpoint);
  }

  /** Called when a task of this host waits for a held endpoint and a probe is due. Non-blocking. */
  void due(String endpoint) {
    due.add(endpoint);
  }

  /** Publishes to the other hosts what is new to them. */
  void tell() throws FsException {
    for (String endpoint : Set.copyOf(news)) {
      Gate gate = dispatcher.gates().get(endpoint);
      if (gate != null) {
        tell(endpoint, gate);
      }
      news.remove(endpoint);
    }
    for (String endpoint : Set.copyOf(probing)) {
      Gate gate = dispatcher.gates().get(endpoint);
      if (gate == null || gate.heldBecause() == null) {
        probing.remove(endpoint); // published as open, which has ended the probe
      } else if (gate.running() == 0) {
        say(endpoint, gate);
        probing.remove(endpoint);
      }
    }
  }

  private void tell(String endpoint, Gate gate) throws FsException {
    Known here = here(gate, timers.steady());
    Known there = known.getOrDefault(endpoint, OPEN);
    boolean isLonger = here.until().isAfter(there.until()) && isApart(here.until(), there.until());
    boolean isTried = probing.contains(endpoint) && here.held() != null; // published at its end
    if (!isTried && (isLonger || !Objects.equals(here.held(), there.held()))) {
      say(endpoint, gate);
    }
  }

  private static Known here(Gate gate, Instant now) {
    Instant closed = gate.closedUntil(now);
    return new Known(gate.heldBecause(), closed == null ? Instant.MIN : closed);
  }

  private void say(String endpoint, Gate gate) throws FsException {
    Instant now = timers.steady();
    Known here = here(gate, now);
    known.put(endpoint, here);
    long millis =
        here.until().equals(Instant.MIN) ? 0 : Duration.between(now, here.until()).toMillis();
    shared.tell(new SharedJobs.Gate(endpoint, millis, here.held(), gate.outages()));
  }

  private static boolean isApart(Instant later, Instant earlier) {
    return earlier.equals(Instant.MIN) || Duration.between(earlier, later).compareTo(SLACK) > 0;
  }

  /**
   * Probes the held endpoints where that is due, unless another host does.
   *
   * @return false if another host probes one or has opened its gate, so that there is something to
   *     {@link #hear}
   */
  boolean probe() throws FsException {
    boolean all = true;
    for (String endpoint : Set.copyOf(due)) {
      if (!shared.probe(endpoint)) {
        all = false;
      } else {
        probing.add(endpoint);
        if (!dispatcher.tryHeld(endpoint)) {
          tell(); // the task is gone meanwhile, or the call has ended already
        }
      }
      due.remove(endpoint);
    }
    return all;
  }

  /**
   * Applies to this host's gates what other hosts have published.
   *
   * @return false if a gate of this host has changed meanwhile, so that this must be called again
   */
  boolean hear() throws FsException {
    Map<String, Gate> gates = dispatcher.gates();
    Map<String, Gate.Pass> before = new HashMap<>();
    gates.forEach((endpoint, gate) -> before.put(endpoint, gate.observe()));
    boolean all = true;
    for (SharedJobs.Gate told : shared.gates()) {
      Gate gate = gates.get(told.endpoint());
      Gate.Pass pass = before.get(told.endpoint());
      if (gate != null && pass != null) {
        all &= !news.contains(told.endpoint()) && hear(told, gate, pass);
      }
    }
    return all;
  }

  private boolean hear(SharedJobs.Gate told, Gate gate, Gate.Pass pass) {
    Instant now = timers.steady();
    Instant until = told.millis() > 0 ? now.plusMillis(told.millis()) : Instant.MIN;
    Instant closed = gate.closedUntil(now);
    if (told.held() != null) {
      if (!pass.heldElsewhere(
          told.held(), now.plusMillis(Math.max(0, told.millis())), told.outages())) {
        return false;
      }
      known.put(told.endpoint(), new Known(told.held(), until));
      dispatcher.learnt(told.endpoint());
      return true;
    }
    known.put(told.endpoint(), new Known(null, until));
    if (told.millis() > 0) {
      if (closed == null || (closed.isBefore(until) && isApart(until, closed))) {
        pass.pause(until);
        dispatcher.learnt(told.endpoint());
      }
    } else if (gate.heldBecause() != null || (closed != null && isApart(closed, now))) {
      if (!pass.openElsewhere()) {
        return false;
      }
      dispatcher.opened(told.endpoint());
    }
    return true;
  }
}
