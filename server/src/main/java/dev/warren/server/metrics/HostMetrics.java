package dev.warren.server.metrics;

import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.VfsPath;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * All that the host counts, in one Prometheus registry. What mounts are asked for is counted where
 * it happens and only read here; the rest are Micrometer's meters. Thread-safe.
 */
public final class HostMetrics implements AutoCloseable {
  /** So that a plugin that makes labels of what clients say cannot fill the memory. */
  static final int MOST_METERS = 5_000;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, String> help = new ConcurrentHashMap<>();
  private final AtomicBoolean scraped = new AtomicBoolean();

  /** Counts nothing yet. */
  public HostMetrics() {
    registry.config().meterFilter(MeterFilter.maximumAllowableMetrics(MOST_METERS));
  }

  /** Shows what mounts were asked for, too. */
  public void show(Operations operations) {
    registry.getPrometheusRegistry().register(operations);
  }

  /** Shows the memory budget, too. */
  public void show(MemoryBudget memory) {
    MemoryMetrics.bind(registry, memory);
  }

  /** What a plugin mounted at a path counts, labelled with the path. */
  public Metrics of(VfsPath mount) {
    return new RegistryMetrics(registry, help, Tags.of("mount", mount.toString()));
  }

  /** What a part of the host counts. */
  public Metrics host() {
    return new RegistryMetrics(registry, help, Tags.empty());
  }

  /** Removes what was counted for a mount that is gone. */
  public void forget(VfsPath mount) {
    registry.getMeters().stream()
        .filter(meter -> mount.toString().equals(meter.getId().getTag("mount")))
        .forEach(registry::remove);
  }

  /** Everything in Prometheus's text format. */
  public String scrape() {
    if (!scraped.getAndSet(true)) {
      // Not at the start, which the management beans would slow down; they have counted since.
      ProcessMeters.bind(registry);
    }
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
