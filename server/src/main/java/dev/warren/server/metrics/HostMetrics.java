package dev.warren.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.VfsPath;
import dev.warren.namespace.Namespace;
import dev.warren.server.survey.Survey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * All metrics of the host, in one Prometheus registry. Operations on mounts are counted where they
 * happen and only read here; the rest are Micrometer's meters. Thread-safe.
 */
public final class HostMetrics implements AutoCloseable {
  /**
   * The most meters, so that a plugin that uses clients' input as labels cannot fill the memory.
   */
  static final int MOST_METERS = 5_000;

  /** How long plugins may take to report the values of their gauges, all of them together. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, String> help = new ConcurrentHashMap<>();
  private final Map<VfsPath, MountGauges> gauges = new ConcurrentHashMap<>();
  private final Survey<MountGauges> survey = new Survey<>("gauges of");
  private final AtomicBoolean scraped = new AtomicBoolean();

  /** Creates a registry without meters. */
  public HostMetrics() {
    registry
        .config()
        .meterFilter(MeterFilter.maximumAllowableMetrics(MOST_METERS))
        .meterFilter(ProcessMeters.NAMES);
  }

  /** Adds the operations on mounts, and the paths that clients track. */
  public void show(OperationMetrics operationMetrics, Namespace namespace) {
    registry.getPrometheusRegistry().register(operationMetrics);
    Gauge.builder("warren_tracked_paths", namespace, Namespace::trackedPaths)
        .description("files that clients refer to by a path that follows renames")
        .register(registry);
  }

  /** Adds the memory budget. */
  public void show(MemoryBudget memory) {
    MemoryMetrics.bind(registry, memory);
  }

  /** Adds the budget of file descriptors. */
  public void show(DescriptorBudget descriptors) {
    DescriptorMetrics.bind(registry, descriptors);
  }

  /** Returns the metrics of the instance mounted at a path, labelled with the path. */
  public Metrics of(VfsPath mount) {
    MountGauges mine = gauges.computeIfAbsent(mount, path -> new MountGauges(path.toString()));
    return new RegistryMetrics(registry, help, Tags.of("mount", mount.toString()), mine);
  }

  /** Returns the metrics of a part of the host. */
  public Metrics host() {
    return new RegistryMetrics(registry, help, Tags.empty(), null);
  }

  /** Removes the meters of a mount that was removed. */
  public void forget(VfsPath mount) {
    gauges.remove(mount);
    registry.getMeters().stream()
        .filter(meter -> mount.toString().equals(meter.getId().getTag("mount")))
        .forEach(registry::remove);
  }

  /** Returns all metrics in Prometheus's text format. Gauges of a mount that hangs are missing. */
  public synchronized String scrape() {
    if (!scraped.getAndSet(true)) {
      // Not at the start, which the management beans would delay; they count from the start anyway.
      ProcessMeters.bind(registry);
    }
    readGauges();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create()
          .write(
              text,
              KnownValues.of(registry.getPrometheusRegistry().scrape()),
              EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot happen in memory
    }
    return text.toString(UTF_8);
  }

  private void readGauges() {
    Map<MountGauges, Callable<Map<MountGauges.Value, Double>>> questions = new LinkedHashMap<>();
    for (MountGauges mount : gauges.values()) {
      if (!mount.isEmpty()) {
        questions.put(mount, mount::read);
      }
    }
    var answers = survey.ask(questions, TIMEOUT);
    questions.keySet().forEach(mount -> mount.show(answers.getOrDefault(mount, Map.of())));
  }

  @Override
  public void close() {
    registry.close();
  }
}
