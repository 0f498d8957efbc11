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
 * endpoint; the others wait for the result as long as that host is considered alive.
 *
 * <p>After a {@code resume} on any host, calls that began before it close no gate of any host. A
 * gate's row counts its resumes. A host that reads a new count opens its gate, which overrules the
 * calls that are in flight there; a state that was published with an old count is refused.
 *
 * <p>{@link #learnt} and {@link #due} are called by any thread, the other methods by one.
 */
final class SharedGates {
  /** Times that differ by no more than this are not published again. */
  private static final Duration SLACK = Duration.ofMillis(250);

  private static final Known UNKNOWN = new Known(null, Instant.MIN, 0);

  private final SharedJobs shared;
  private final Dispatcher dispatcher;
  private final Dispatcher polls;
  private final Timers timers;
  private final Set<String> news = ConcurrentHashMap.newKeySet();
  private final Set<String> due = ConcurrentHashMap.newKeySet();
  private final Set<String> probing = new HashSet<>();
  private final Map<String, Known> known = new HashMap<>();

  /**
   * The row of a gate, as this host has last read or written it.
   *
   * @param until when the gate opens, or the next probe is due, by this host's monotonic clock
   * @param resumes how often the gate was resumed
   */
  private record Known(@Nullable String held, Instant until, long resumes) {}

  /**
   * @param polls the pool that polls responses: its gates are this host's own, and are only resumed
   *     together with the others
   */
  SharedGates(SharedJobs shared, Dispatcher dispatcher, Dispatcher polls, Timers timers) {
    this.shared = shared;
    this.dispatcher = dispatcher;
    this.polls = polls;
    this.timers = timers;
  }

  /** Creates the rows of the gates; called once, before the other methods. Blocking. */
  void create() throws FsException {
    shared.createGates(dispatcher.gates().keySet());
  }

  /** Called when a gate of this host may have changed. Non-blocking. */
  void learnt(String endpoint) {
    news.add(endpoint);
  }

  /** Called when a task of this host waits for a held endpoint and a probe is due. Non-blocking. */
  void due(String endpoint) {
    due.add(endpoint);
  }

  /**
   * Publishes to the other hosts what is new to them.
   *
   * @return false if a gate was resumed meanwhile, so that there is something to {@link #hear}
   */
  boolean announce() throws FsException {
    boolean all = true;
    for (String endpoint : Set.copyOf(news)) {
      Gate gate = dispatcher.gates().get(endpoint);
      // First, because the gate may change again while its state is published.
      news.remove(endpoint);
      try {
        all &= gate == null || announce(endpoint, gate);
      } catch (FsException | RuntimeException | Error e) {
        news.add(endpoint);
        throw e;
      }
    }
    for (String endpoint : Set.copyOf(probing)) {
      Gate gate = dispatcher.gates().get(endpoint);
      if (gate == null || gate.heldBecause() == null) {
        probing.remove(endpoint); // published as open, which has ended the probe
      } else if (gate.running() == 0) {
        all &= say(endpoint, gate);
        probing.remove(endpoint);
      }
    }
    return all;
  }

  private boolean announce(String endpoint, Gate gate) throws FsException {
    Instant now = timers.steady();
    Known there = known.getOrDefault(endpoint, UNKNOWN);
    Instant until = until(gate, now);
    boolean isLonger = until.isAfter(there.until()) && isApart(until, there.until());
    String held = gate.heldBecause();
    boolean isTried = probing.contains(endpoint) && held != null; // its end is published
    return isTried || !(isLonger || !Objects.equals(held, there.held())) || say(endpoint, gate);
  }

  private static Instant until(Gate gate, Instant now) {
    Instant closed = gate.closedUntil(now);
    return closed == null ? Instant.MIN : closed;
  }

  private boolean say(String endpoint, Gate gate) throws FsException {
    Instant now = timers.steady();
    long resumes = known.getOrDefault(endpoint, UNKNOWN).resumes();
    Known here = new Known(gate.heldBecause(), until(gate, now), resumes);
    long millis =
        here.until().equals(Instant.MIN) ? 0 : Duration.between(now, here.until()).toMillis();
    if (!shared.announce(
        new SharedJobs.GateState(endpoint, millis, here.held(), gate.outages(), resumes))) {
      return false;
    }
    known.put(endpoint, here);
    return true;
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
      due.remove(endpoint); // first, because the next probe may be due while this one is started
      try {
        all &= probe(endpoint);
      } catch (FsException | RuntimeException | Error e) {
        due.add(endpoint);
        throw e;
      }
    }
    return all;
  }

  private boolean probe(String endpoint) throws FsException {
    if (!shared.probe(endpoint)) {
      return false;
    }
    probing.add(endpoint);
    // If no call is in flight, the task is gone meanwhile, or the call has ended already.
    return dispatcher.tryHeld(endpoint) || announce();
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
    for (SharedJobs.GateState told : shared.gates()) {
      Gate gate = gates.get(told.endpoint());
      Gate.Pass pass = before.get(told.endpoint());
      if (gate != null && pass != null) {
        all &= hear(told, gate, pass);
      }
    }
    return all;
  }

  private boolean hear(SharedJobs.GateState told, Gate gate, Gate.Pass pass) {
    String endpoint = told.endpoint();
    if (told.resumes() != known.getOrDefault(endpoint, UNKNOWN).resumes()) {
      news.remove(endpoint); // that news is from before the resume
      gate.reopen();
      known.put(endpoint, new Known(null, Instant.MIN, told.resumes()));
      boolean heard = apply(told, gate, gate.observe());
      // Even if the gate is closed again, since it is then closed until another time.
      dispatcher.opened(endpoint);
      polls.reopen(endpoint);
      return heard;
    }
    return !news.contains(endpoint) && apply(told, gate, pass);
  }

  /**
   * @param pass observed before the row was read
   */
  private boolean apply(SharedJobs.GateState told, Gate gate, Gate.Pass pass) {
    Instant now = timers.steady();
    Instant until = told.millis() > 0 ? now.plusMillis(told.millis()) : Instant.MIN;
    if (told.held() == null) {
      return applyOpen(told, gate, pass, until, now);
    }
    boolean isOwn =
        gate.heldBecause() == null && known.getOrDefault(told.endpoint(), UNKNOWN).held() != null;
    if (isOwn) {
      // A call of this host has opened the gate; this is not published yet.
      news.add(told.endpoint());
      return false;
    }
    if (!pass.heldElsewhere(
        told.held(), now.plusMillis(Math.max(0, told.millis())), told.outages())) {
      return false;
    }
    known.put(told.endpoint(), new Known(told.held(), until, told.resumes()));
    dispatcher.learnt(told.endpoint());
    return true;
  }

  /** Applies a row that does not say that the endpoint is held. */
  private boolean applyOpen(
      SharedJobs.GateState told, Gate gate, Gate.Pass pass, Instant until, Instant now) {
    String endpoint = told.endpoint();
    Known before = known.getOrDefault(endpoint, UNKNOWN);
    Instant closed = gate.closedUntil(now);
    boolean isHeld = gate.heldBecause() != null;
    boolean opens = isHeld || (told.millis() <= 0 && closed != null && isApart(closed, now));
    if (opens) {
      boolean isOwn = isHeld ? before.held() == null : !before.until().isAfter(now);
      if (isOwn) {
        news.add(endpoint); // a call of this host has closed the gate; this is not published yet
        return false;
      }
      if (!pass.openElsewhere()) {
        return false;
      }
    }
    known.put(endpoint, new Known(null, until, told.resumes()));
    boolean isLonger =
        closed == null || opens || (closed.isBefore(until) && isApart(until, closed));
    if (told.millis() > 0 && isLonger) {
      (opens ? gate.observe() : pass).pause(until);
      dispatcher.learnt(endpoint);
    }
    if (opens) {
      dispatcher.opened(endpoint);
    }
    return true;
  }
}
