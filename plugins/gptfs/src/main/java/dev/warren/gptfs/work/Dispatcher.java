package dev.warren.gptfs.work;

import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The worker pool: a limited number of calls at the same time, each on its own virtual thread. A
 * task that waits in a queue, for a delay or for its endpoint holds no worker. Thread-safe.
 */
public final class Dispatcher {
  private final int workers;
  private final Timers timers;
  private final Map<String, Gate> gates;
  private final LinkedHashMap<String, Lanes> waiting = new LinkedHashMap<>();
  private final Map<String, Wake> wakes = new HashMap<>();
  private final Set<String> held = new HashSet<>();
  private volatile Runnable whenHeldChanges = () -> {};
  private volatile Runnable whenFree = () -> {};
  private volatile Consumer<String> whenLearnt = _ -> {};
  private volatile @Nullable Consumer<String> whenDue;
  private @Nullable String permitted;
  private volatile @Nullable CallLimit limit;
  private int running;
  private int runningParts;
  private int delayed;
  private boolean paused;
  private volatile boolean closed;

  /** When a closed endpoint is checked again. */
  private record Wake(Instant time, Timers.Pending timer) {}

  /**
   * An idle pool.
   *
   * @param workers the largest number of calls at the same time
   * @param gates the gates by the names of their endpoints
   */
  public Dispatcher(int workers, Map<String, Gate> gates, Timers timers) {
    this.workers = workers;
    this.gates = new HashMap<>(gates);
    this.timers = timers;
    gates.keySet().forEach(name -> waiting.put(name, new Lanes()));
  }

  /** Queues a task. */
  void submit(Task task) {
    synchronized (this) {
      if (closed) {
        return;
      }
      lanes(choose(task)).add(task);
    }
    pump();
  }

  /** Queues a task after a delay. */
  void submitAfter(Task task, Duration delay) {
    if (!delay.isPositive()) {
      submit(task);
      return;
    }
    synchronized (this) {
      delayed++;
    }
    timers.schedule(
        delay,
        () -> {
          synchronized (this) {
            delayed--;
          }
          submit(task);
        });
  }

  /** Sets the listener that is called when an endpoint becomes held or is no longer held. */
  void whenHeldChanges(Runnable listener) {
    whenHeldChanges = listener;
  }

  /** Sets the limit on the calls of all hosts together. */
  void limit(CallLimit all) {
    limit = all;
  }

  /** Sets the listener for a free worker; called by any thread, must not block. */
  void whenFree(Runnable listener) {
    whenFree = listener;
  }

  /** Sets the listener for gates that may have changed; called by any thread, must not block. */
  void whenLearnt(Consumer<String> listener) {
    whenLearnt = listener;
  }

  /**
   * Sets the listener that is called with a held endpoint's name when a probe is due, and that
   * decides whether to call {@link #tryHeld}. It is called by any thread, holding this pool's
   * monitor, and must not block. Without a listener, this pool probes by itself.
   */
  void whenDue(Consumer<String> listener) {
    whenDue = listener;
  }

  /**
   * Starts one queued call to a held endpoint as a probe, if there is one and the probe is due.
   *
   * @return whether a call to the endpoint is in flight
   */
  synchronized boolean tryHeld(String endpoint) {
    permitted = endpoint;
    pump();
    permitted = null;
    return gate(endpoint).running() > 0;
  }

  /** Workers minus in-flight and queued calls, perhaps negative; 0 while paused or closed. */
  synchronized int free() {
    return paused || closed
        ? 0
        : workers - running - waiting.values().stream().mapToInt(Lanes::size).sum();
  }

  /** Like {@link #free}, but ignores lines of batches, with which claimed jobs may take turns. */
  synchronized int freeBesideParts() {
    return paused || closed
        ? 0
        : workers
            - running
            + runningParts
            - waiting.values().stream().mapToInt(Lanes::sizeWithoutParts).sum();
  }

  /** Whether {@link #close} was called. Takes no lock, because tasks call it too. */
  boolean isClosed() {
    return closed;
  }

  /**
   * Called when an endpoint's gate may have changed: if the endpoint is held now, its queued tasks
   * move to other endpoints of their routes where possible.
   */
  void learnt(String endpoint) {
    boolean isHeld;
    boolean changed;
    synchronized (this) {
      isHeld = gate(endpoint).heldBecause() != null;
      changed = isHeld ? held.add(endpoint) : held.remove(endpoint);
      if (isHeld) {
        for (Task task : lanes(endpoint).drain()) {
          lanes(choose(task)).add(task);
        }
      }
    }
    if (changed) {
      whenHeldChanges.run();
    }
    if (isHeld) {
      pump();
    }
    whenLearnt.accept(endpoint);
  }

  /** Called when an endpoint's gate was opened: starts calls. */
  void opened(String endpoint) {
    learnt(endpoint);
    pump();
    whenFree.run();
  }

  /** Why no endpoint of a route can be called; null if one of them is not held. */
  @Nullable String heldBecause(List<String> route) {
    String reason = null;
    for (String endpoint : route.reversed()) {
      String why = gate(endpoint).heldBecause();
      if (why == null) {
        return null;
      }
      reason = endpoint + " is held: " + why;
    }
    return reason;
  }

  /** Starts no more calls until {@link #unpause}; in-flight calls continue. */
  public synchronized void pause() {
    paused = true;
  }

  /** Starts calls again. */
  public void unpause() {
    synchronized (this) {
      paused = false;
    }
    pump();
    whenFree.run();
  }

  /** Opens every gate. */
  public void reopen() {
    gates.keySet().forEach(this::reopen);
  }

  /** Opens the gate of an endpoint, and starts calls. */
  void reopen(String endpoint) {
    gate(endpoint).reopen();
    opened(endpoint);
  }

  /** Whether the pool is {@linkplain #pause paused}. */
  public synchronized boolean isPaused() {
    return paused;
  }

  /** The number of in-flight calls, without those that wait for the limit of all hosts. */
  public int running() {
    int beyond = beyondLimit();
    synchronized (this) {
      return Math.max(0, running - beyond);
    }
  }

  /** The number of calls that have a worker and wait for the limit of all hosts. */
  private int beyondLimit() {
    CallLimit all = limit;
    return all == null ? 0 : all.waiting();
  }

  /** Whether a new task would have to wait. */
  synchronized boolean isBusy() {
    return paused
        || running >= workers
        || waiting.values().stream().anyMatch(lanes -> lanes.size() > 0);
  }

  /** The number of calls that wait for a worker, a delay or the limit of all hosts. */
  public int waiting() {
    int beyond = beyondLimit();
    synchronized (this) {
      return beyond + queued();
    }
  }

  private int queued() {
    return delayed + waiting.values().stream().mapToInt(Lanes::size).sum();
  }

  /** The gates by the names of their endpoints. */
  public Map<String, Gate> gates() {
    return Map.copyOf(gates);
  }

  /** Drops the queued tasks, and starts no more calls; in-flight calls continue. */
  void close() {
    synchronized (this) {
      closed = true;
      waiting.values().forEach(Lanes::drain);
    }
    CallLimit all = limit;
    if (all != null) {
      all.close();
    }
  }

  /** Blocks until no call is in flight; returns false if that takes longer than {@code atMost}. */
  synchronized boolean awaitIdle(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (running > 0) {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }

  /** A pass for the result of a call that was made elsewhere, as by an earlier process. */
  Gate.Pass observe(String endpoint) {
    return gate(endpoint).observe();
  }

  private Gate gate(String endpoint) {
    Gate gate = gates.get(endpoint);
    if (gate == null) {
      throw new IllegalArgumentException("no endpoint " + endpoint);
    }
    return gate;
  }

  private Lanes lanes(String endpoint) {
    return waiting.computeIfAbsent(endpoint, _ -> new Lanes());
  }

  /**
   * The first endpoint of the route that is not held. If all are held, the first where a probe is
   * due, so that none stays held for lack of a probe; otherwise the first of all.
   */
  private String choose(Task task) {
    List<String> route = task.route();
    Instant now = timers.steady();
    String due = null;
    for (String endpoint : route) {
      Gate gate = gate(endpoint);
      if (gate.heldBecause() == null) {
        return endpoint;
      }
      due = due == null && gate.isProbeDue(now) ? endpoint : due;
    }
    return due == null ? route.getFirst() : due;
  }

  /** Starts as many tasks as workers and gates admit. Endpoints take turns. */
  private synchronized void pump() {
    boolean started = true;
    while (started && running < workers && !paused && !closed) {
      started = false;
      for (String endpoint : List.copyOf(waiting.keySet())) {
        if (running < workers && !lanes(endpoint).isEmptyAfterCleaning()) {
          Gate.Pass pass = enter(endpoint);
          if (pass != null) {
            start(endpoint, next(endpoint), pass);
            started = true;
          }
        }
      }
    }
  }

  /**
   * Removes the next task; as a probe of a held endpoint, preferably one that has not failed there.
   */
  private Task next(String endpoint) {
    Gate gate = gate(endpoint);
    return gate.heldBecause() == null
        ? lanes(endpoint).next()
        : lanes(endpoint).next(task -> gate.hasFailed(task.source()) || gate.hasFailed(task));
  }

  private Gate.@Nullable Pass enter(String endpoint) {
    Instant now = timers.steady();
    Consumer<String> asked = whenDue;
    if (asked != null && gate(endpoint).isProbeDue(now) && !endpoint.equals(permitted)) {
      asked.accept(endpoint);
      return null;
    }
    Gate.Pass pass = gate(endpoint).tryEnter(now);
    if (pass == null) {
      Instant until = gate(endpoint).closedUntil(now);
      if (until != null) {
        wakeAt(until, endpoint, now);
      }
    }
    return pass;
  }

  private void wakeAt(Instant time, String endpoint, Instant now) {
    Wake earlier = wakes.get(endpoint);
    if (earlier != null) {
      if (!time.isBefore(earlier.time())) {
        return; // the earlier timer checks again
      }
      earlier.timer().cancel();
    }
    wakes.put(
        endpoint,
        new Wake(time, timers.schedule(Duration.between(now, time), () -> wake(endpoint))));
  }

  private void wake(String endpoint) {
    synchronized (this) {
      wakes.remove(endpoint);
    }
    pump();
  }

  /** Makes a call, once the limit of all hosts admits it. */
  private void begin(String endpoint, Task task, Gate.Pass pass) {
    CallLimit all = limit;
    if (all == null) {
      task.run(endpoint, pass);
      return;
    }
    Long place = all.begin();
    if (place == null) {
      return; // this host shuts down
    }
    boolean runs;
    try {
      // While this call waited, the endpoint may have asked for a pause.
      runs = !isPaused() && gate(endpoint).closedUntil(timers.steady()) == null;
      if (runs) {
        task.run(endpoint, pass);
      }
    } finally {
      all.end(place);
    }
    if (!runs) {
      submit(task);
    }
  }

  private void start(String endpoint, Task task, Gate.Pass pass) {
    running++;
    runningParts += task.isPart() ? 1 : 0;
    Thread.ofVirtual()
        .name("gptfs-worker")
        .start(
            () -> {
              try {
                begin(endpoint, task, pass);
              } catch (RuntimeException | Error e) { // fails that job; the worker is freed below
                task.escaped(e);
              } finally {
                pass.leave();
                synchronized (this) {
                  running--;
                  runningParts -= task.isPart() ? 1 : 0;
                  notifyAll();
                }
                pump();
                whenFree.run();
              }
            });
  }
}
