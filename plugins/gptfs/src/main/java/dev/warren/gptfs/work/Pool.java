package dev.warren.gptfs.work;

import dev.warren.api.Metrics;
import dev.warren.gptfs.config.Settings;
import dev.warren.gptfs.http.Backoff;
import dev.warren.gptfs.http.Classifier;
import dev.warren.gptfs.http.Gate;
import dev.warren.gptfs.http.ModelClient;
import dev.warren.gptfs.http.Redactor;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobTable;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.publish.Publisher;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.time.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The worker pool of an instance with all that it needs; closing it drains the calls. */
public final class Pool {
  /** How long to wait for cancelled calls to end. */
  private static final Duration CANCEL = Duration.ofSeconds(2);

  private final Services services;
  private final Spool spool;

  private Pool(Services services) {
    this.services = services;
    spool = new Spool(services);
  }

  /**
   * Creates a pool without jobs.
   *
   * @throws IOException if configured certificates cannot be read
   */
  public static Pool create(
      Settings settings,
      JobStore store,
      Publisher publisher,
      Timers timers,
      RandomGenerator random,
      Metrics metrics,
      ContentMemory memory,
      System.Logger log)
      throws IOException {
    Map<String, Gate> gates = gates(settings);
    Redactor redactor = new Redactor(settings.endpoints().values());
    Dispatcher dispatcher = new Dispatcher(settings.workers(), gates, timers);
    Dispatcher polls = new Dispatcher(settings.workers(), gates(settings), timers);
    Quota quota = new Quota(settings.limits());
    watch(metrics, quota, dispatcher, gates, store, timers);
    metrics.describe(
        "gptfs_waiting_polls", "responses in the background that wait for their next poll");
    metrics.gauge("gptfs_waiting_polls", polls::waiting);
    metrics.gauge("gptfs_waiting_for_memory", memory::waiting);
    return new Pool(
        new Services(
            settings,
            new JobTable(settings.fullNames(), store),
            store,
            publisher,
            new ModelClient(settings.http(), settings.workers(), timers::steady),
            new Classifier(redactor, timers),
            redactor,
            new RetryPolicy(settings.retry(), new Backoff(settings.retry(), random), timers),
            dispatcher,
            polls,
            quota,
            memory,
            new Tally(metrics),
            timers,
            log));
  }

  private static Map<String, Gate> gates(Settings settings) {
    Map<String, Gate> gates = new HashMap<>();
    for (String name : settings.endpoints().keySet()) {
      gates.put(name, new Gate(settings.workers(), settings.retry().probeInterval()));
    }
    return gates;
  }

  private static void watch(
      Metrics metrics,
      Quota quota,
      Dispatcher dispatcher,
      Map<String, Gate> gates,
      JobStore store,
      Timers timers) {
    metrics.describe("gptfs_queue_jobs", "jobs that are accepted and not finished");
    metrics.describe("gptfs_queue_bytes", "bytes of prompts that are accepted and not finished");
    metrics.describe("gptfs_waiting_calls", "calls that wait for a worker or their time");
    metrics.describe("gptfs_running_calls", "calls that run");
    metrics.describe("gptfs_journal_bytes", "size of the database of jobs");
    metrics.describe(
        "gptfs_gate_held",
        "1 while an endpoint is held, and only one call tries it from time to time, else 0");
    metrics.describe(
        "gptfs_gate_paused", "1 while calls of an endpoint pause because it asked for it, else 0");
    metrics.describe("gptfs_waiting_for_memory", "contents that wait for the host's memory");
    metrics.gauge("gptfs_queue_jobs", quota::jobs);
    metrics.gauge("gptfs_queue_bytes", quota::bytes);
    metrics.gauge("gptfs_waiting_calls", dispatcher::waiting);
    metrics.gauge("gptfs_running_calls", dispatcher::running);
    metrics.gauge("gptfs_journal_bytes", store::size);
    gates.forEach(
        (name, gate) -> {
          metrics.gauge(
              "gptfs_gate_held", () -> gate.heldBecause() == null ? 0 : 1, "endpoint", name);
          metrics.gauge(
              "gptfs_gate_paused", () -> gate.isPaused(timers.steady()) ? 1 : 0, "endpoint", name);
        });
  }

  /** The jobs. */
  public Spool spool() {
    return spool;
  }

  /** The memory budget for contents. */
  public ContentMemory memory() {
    return services.memory();
  }

  /** Lets no more calls begin. */
  public void beginNoMore() {
    services.dispatcher().close();
    services.polls().close(); // a later process polls by the same ids
  }

  /**
   * Drains, then cancels the calls; their jobs are queued again.
   *
   * @param drain how long calls may continue
   */
  public void close(Duration drain) {
    Dispatcher dispatcher = services.dispatcher();
    Dispatcher polls = services.polls();
    beginNoMore();
    services.memory().close();
    spool.batches().shares().release();
    try {
      if (!dispatcher.awaitIdle(drain)) {
        services.table().open().forEach(Job::cancelAttempt);
        spool.batches().shares().cancel();
        services.client().cancelAll();
        dispatcher.awaitIdle(CANCEL);
      }
      services.client().cancelAll();
      polls.awaitIdle(CANCEL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    services.client().close();
  }
}
