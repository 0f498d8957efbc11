package dev.warren.server.host;

import dev.warren.api.Reason;
import dev.warren.api.config.Config;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.ListenException;
import dev.warren.frontend.Recipe;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SessionInfo;
import dev.warren.server.bounded.BoundedCall;
import dev.warren.server.config.HostConfig;
import dev.warren.server.config.ListenAddresses;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running front ends. Change them from one thread at a time; the queries may be called from any
 * thread.
 */
final class FrontEndRunner {
  private static final Logger log = LoggerFactory.getLogger(FrontEndRunner.class);

  /** How much longer than its drain time the host waits: a front end enforces the limit itself. */
  private static final Duration DRAIN_GRACE = Duration.ofMillis(500);

  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

  /** How long a front end that is ending may keep its listen addresses. */
  private static final Duration LONGEST_LEAVE = Duration.ofSeconds(2);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /** A configured front end with its section. */
  private record Wanted(FrontEnd frontEnd, Config config) {
    Set<String> places() {
      return new LinkedHashSet<>(ListenAddresses.of(frontEnd.configSpec(), config));
    }
  }

  private record Running(Wanted of, RunningFrontEnd frontEnd) {}

  private record Leaving(FrontEnd frontEnd, BoundedCall<Boolean> end) {}

  private final FrontEndContext context;
  private final List<Leaving> leaving = new ArrayList<>();

  /**
   * The configuration with which a front end failed to start after its predecessor had been ended.
   */
  private final Map<String, Wanted> refused = new HashMap<>();

  private final Map<String, Running> running = Collections.synchronizedMap(new LinkedHashMap<>());

  FrontEndRunner(FrontEndContext context) {
    this.context = context;
  }

  /** The configured front ends, in the order in which they are known. */
  private static Map<String, Wanted> wanted(HostConfig config) {
    Map<String, Wanted> wanted = new LinkedHashMap<>();
    for (FrontEnd frontEnd : config.known()) {
      Config section = config.frontEnds().get(frontEnd.name());
      if (section != null) {
        wanted.put(frontEnd.name(), new Wanted(frontEnd, section));
      }
    }
    return wanted;
  }

  /**
   * Starts all configured front ends.
   *
   * @throws IOException if one cannot start; the message names it
   */
  void start(HostConfig config) throws IOException, InterruptedException {
    Map<String, FutureTask<Running>> starting = new LinkedHashMap<>();
    wanted(config)
        .forEach(
            (name, wanted) -> {
              FutureTask<Running> task = new FutureTask<>(() -> open(name, wanted));
              starting.put(name, task);
              // In parallel: most of the time goes into initialising each one's library.
              Thread.ofPlatform().daemon().name("start " + name).start(task);
            });
    IOException failure = null;
    for (Map.Entry<String, FutureTask<Running>> entry : starting.entrySet()) {
      String name = entry.getKey();
      try {
        running.put(name, entry.getValue().get());
      } catch (ExecutionException e) {
        IOException failed = e.getCause() instanceof IOException io ? io : cannotStart(name, e);
        if (failure == null) {
          failure = failed;
        } else {
          failure.addSuppressed(failed);
        }
      }
    }
    if (failure != null) {
      throw failure; // the front ends that have started are stopped with the host
    }
  }

  private void start(String name, Wanted wanted) throws IOException {
    running.put(name, open(name, wanted));
  }

  private Running open(String name, Wanted wanted) throws IOException {
    try {
      return new Running(wanted, wanted.frontEnd().start(context, wanted.config()));
    } catch (ListenException e) {
      throw e; // names the front end
    } catch (IOException | RuntimeException | Error e) {
      throw cannotStart(name, e);
    }
  }

  private static IOException cannotStart(String name, Throwable cause) {
    return new IOException("%s cannot start: %s".formatted(name, Reason.of(cause)), cause);
  }

  /** Checks that all configured front ends can bind their addresses, and leaves none bound. */
  void requirePlaces(HostConfig config) throws IOException {
    List<String> taken = new ArrayList<>();
    wanted(config)
        .forEach((name, wanted) -> taken.addAll(ListenPlaces.taken(name, wanted.places())));
    if (!taken.isEmpty()) {
      throw new IOException(String.join("\n", taken));
    }
  }

  /**
   * Starts, ends or replaces the front ends whose section or jar has changed. One that cannot start
   * with its new section continues with the old one. A front end that ends drains on a thread of
   * its own: the command that caused this may have arrived through it, and the reply must still be
   * sent.
   *
   * @return what could not be changed, one sentence each
   */
  List<String> apply(HostConfig config) throws InterruptedException {
    Duration drain = config.server().drainTimeout();
    Map<String, Wanted> all = wanted(config);
    Set<String> names = new LinkedHashSet<>();
    config.known().forEach(frontEnd -> names.add(frontEnd.name()));
    names.addAll(snapshot().keySet()); // includes running front ends that are no longer known
    List<String> failures = new ArrayList<>();
    for (String name : names) {
      Running old = running.get(name);
      Wanted wanted = all.get(name);
      if (old == null ? wanted == null : old.of().equals(wanted)) {
        refused.remove(name);
        continue;
      }
      try {
        if (wanted != null) {
          replace(name, old, wanted, drain);
          log.info("{} on {}", name, String.join(", ", addresses().getOrDefault(name, List.of())));
        } else if (old != null) {
          leave(name, old, drain);
          log.info("{} ends", name);
        }
        refused.remove(name);
      } catch (IOException e) {
        String left = running.containsKey(name) ? "; it continues as before" : "; it does not run";
        failures.add(e.getMessage() + left);
        log.error("{}{}", e.getMessage(), left, Reason.mistake(e));
      }
    }
    return failures;
  }

  private void replace(String name, @Nullable Running old, Wanted wanted, Duration drain)
      throws IOException, InterruptedException {
    Set<String> places = wanted.places();
    Set<String> before = old == null ? Set.of() : old.of().places();
    Set<String> further = new LinkedHashSet<>(places);
    further.removeAll(before);
    ListenPlaces.requireFree(name, further);
    if (old == null || Collections.disjoint(places, before)) {
      start(name, wanted);
      if (old != null) {
        drainAside(name, old, drain);
      }
      return;
    }
    if (wanted.equals(refused.get(name))) {
      throw new IOException(
          name + " could not start with this section before; change the section to try again");
    }
    // the new one needs an address that the old one still has
    leave(name, old, drain);
    try {
      awaitFree(name, places);
      start(name, wanted);
    } catch (IOException e) {
      refused.put(name, wanted);
      awaitFree(name, before);
      start(name, old.of());
      throw e;
    }
  }

  private void leave(String name, Running old, Duration drain) {
    running.remove(name);
    drainAside(name, old, drain);
  }

  private void drainAside(String name, Running old, Duration drain) {
    leaving.removeIf(one -> one.end().hasEnded());
    leaving.add(
        new Leaving(
            old.of().frontEnd(),
            BoundedCall.begin("end " + name, () -> end(name, old.frontEnd(), drain))));
  }

  /** The front ends that are serving, and those that are still ending. */
  List<FrontEnd> inUse() {
    List<FrontEnd> used = new ArrayList<>();
    synchronized (running) {
      running.values().forEach(one -> used.add(one.of().frontEnd()));
    }
    leaving.removeIf(one -> one.end().hasEnded());
    leaving.forEach(one -> used.add(one.frontEnd()));
    return used;
  }

  /**
   * Waits until a front end that is ending has released its addresses, which is the first thing it
   * does.
   */
  private static void awaitFree(String name, Set<String> places)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + LONGEST_LEAVE.toNanos();
    while (true) {
      try {
        ListenPlaces.requireFree(name, places);
        ListenPlaces.requireNoSocket(name, places);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(LOOK_AGAIN);
      }
    }
  }

  /** The addresses on which each front end listens. */
  Map<String, List<String>> addresses() {
    Map<String, List<String>> addresses = new LinkedHashMap<>();
    snapshot().forEach((name, frontEnd) -> addresses.put(name, frontEnd.addresses()));
    return addresses;
  }

  /** The commands with which clients reach the running front ends. */
  List<Recipe> recipes() {
    return snapshot().values().stream().flatMap(r -> r.recipes().stream()).toList();
  }

  /** The clients' sessions on the running front ends. */
  List<SessionInfo> sessions() {
    return snapshot().values().stream().flatMap(r -> r.sessions().stream()).toList();
  }

  /** Ends a session and returns whether there was one with this id. */
  boolean disconnect(String sessionId) {
    return snapshot().values().stream().anyMatch(r -> r.disconnect(sessionId));
  }

  private Map<String, RunningFrontEnd> snapshot() {
    Map<String, RunningFrontEnd> now = new LinkedHashMap<>();
    synchronized (running) {
      running.forEach((name, r) -> now.put(name, r.frontEnd()));
    }
    return now;
  }

  /**
   * Refuses new connections, gives in-flight requests at most this long to complete, then closes
   * everything.
   */
  void stop(Duration drain) throws InterruptedException {
    Map<String, RunningFrontEnd> all = snapshot();
    running.clear();
    long end = System.nanoTime() + drain.plus(DRAIN_GRACE).plus(LONGEST_CLOSE).toNanos();
    end(all, drain);
    for (Leaving one : leaving) {
      one.end().awaitEnd(Duration.ofNanos(end - System.nanoTime()));
    }
  }

  private static void end(Map<String, RunningFrontEnd> frontEnds, Duration drain)
      throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    // in parallel: each may need the whole time, and none may accept connections meanwhile
    frontEnds.forEach(
        (name, frontEnd) ->
            threads.add(
                Thread.ofPlatform()
                    .daemon()
                    .name("end " + name)
                    .start(() -> end(name, frontEnd, drain))));
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void end(String name, RunningFrontEnd frontEnd, Duration drain) {
    try {
      BoundedCall.run("draining " + name, drain.plus(DRAIN_GRACE), () -> frontEnd.drain(drain));
      BoundedCall.run("closing " + name, LONGEST_CLOSE, frontEnd::close);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
