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
 * The worker pool: so many calls at a time, each on a virtual thread. What waits, for its turn, its
 * time or its endpoint, holds no worker. Thread-safe.
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

  /** When an endpoint that was closed is looked at again. */
  private record Wake(Instant time, Timers.Pending timer) {}

  /**
   * An idle pool.
   *
   * @param workers calls at the same time
   * @param gates the endpoints by name
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

  /** Queues a task when its time has come. */
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

  /** Who is told when an endpoint is held, and when it is not any more. */
  void whenHeldChanges(Runnable listener) {
    whenHeldChanges = listener;
  }

  /** Lets no call begin that would be one too many for all hosts. */
  void limit(CallLimit all) {
    limit = all;
  }

  /** Who is told when a worker is free; called by any thread, and must return at once. */
  void whenFree(Runnable listener) {
    whenFree = listener;
  }

  /**
   * Who is told that a call has taught an endpoint's gate something; called by any thread, and must
   * return at once.
   */
  void whenLearnt(Consumer<String> listener) {
    whenLearnt = listener;
  }

  /**
   * Who is asked before a held endpoint is tried, and then calls {@link #tryHeld}; called by any
   * thread, and must return at once. Without it this pool tries by itself.
   */
  void whenDue(Consumer<String> listener) {
    whenDue = listener;
  }

  /**
   * Lets one call try a held endpoint, if one waits for it.
   *
   * @return whether a call to the endpoint runs
   */
  synchronized boolean tryHeld(String endpoint) {
    permitted = endpoint;
    pump();
    permitted = null;
    return gate(endpoint).running() > 0;
  }

  /** How many workers nothing waits for. */
  synchronized int free() {
    return paused || closed
        ? 0
        : workers - running - waiting.values().stream().mapToInt(Lanes::size).sum();
  }

  /**
   * The same if lines of batches need none: a job that another host would have to wait for takes
   * turns with them here.
   */
  synchronized int freeBesideParts() {
    return paused || closed
        ? 0
        : workers
            - running
            + runningParts
            - waiting.values().stream().mapToInt(Lanes::sizeWithoutParts).sum();
  }

  /** Whether no more calls are started, for good. Takes no lock: tasks ask, too. */
  boolean isClosed() {
    return closed;
  }

  /**
   * A call has taught an endpoint's gate something: where that is held now, what can go elsewhere
   * goes there.
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

  /** An endpoint's gate was opened. */
  void opened(String endpoint) {
    learnt(endpoint);
    pump();
    whenFree.run();
  }

  /** Why nothing can be called; null if one of the endpoints is not held. */
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

  /** Starts no more calls. */
  public synchronized void pause() {
    paused = true;
  }

  /** Starts calls again, and opens every gate. */
  public void resume() {
    synchronized (this) {
      paused = false;
    }
    gates.values().forEach(Gate::reopen);
    gates.keySet().forEach(this::learnt);
    pump();
    whenFree.run();
  }

  /** Whether {@link #pause} holds. */
  public synchronized boolean isPaused() {
    return paused;
  }

  /** Calls that run. */
  public int running() {
    int beyond = beyondLimit();
    synchronized (this) {
      return Math.max(0, running - beyond);
    }
  }

  /** Calls that have a worker, and wait for those of all hosts. */
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

  /** Calls that wait for their turn, and those that wait for their time. */
  public int waiting() {
    int beyond = beyondLimit();
    synchronized (this) {
      return beyond + queued();
    }
  }

  private int queued() {
    return delayed + waiting.values().stream().mapToInt(Lanes::size).sum();
  }

  /** The endpoints by name. */
  public Map<String, Gate> gates() {
    return Map.copyOf(gates);
  }

  /** Starts no more calls, for good. */
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

  /** Waits until no call runs. */
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

  /** For news of a call to an endpoint that an earlier process has made. */
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
   * The first endpoint of the route that is not held; if every one is, the first that may be tried
   * now, so that none stays held because nobody asks for it.
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

  /** Starts what may start. Endpoints take turns. */
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

  /** What a held endpoint has refused is not what tries it next. */
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
        return; // that one looks again
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

  /** Makes a call, once all hosts together do not make too many. */
  private void begin(String endpoint, Task task, Gate.Pass pass) {
    CallLimit all = limit;
    if (all == null) {
      task.run(endpoint, pass);
      return;
    }
    Long place = all.begin();
    if (place == null) {
      return; // the host ends
    }
    boolean runs;
    try {
      // Meanwhile the endpoint may have asked for a pause.
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
              } catch (RuntimeException | Error e) { // ends that job, not this place
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
