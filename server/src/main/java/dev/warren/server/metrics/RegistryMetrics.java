package dev.warren.server.metrics;

import dev.warren.api.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The interface of a registry for plugins and front ends.
 *
 * @param help the descriptions of metrics by name; Micrometer needs one when it creates a meter
 * @param gauges holds gauge functions that may hang; null if none does
 */
record RegistryMetrics(
    MeterRegistry registry, Map<String, String> help, Tags common, @Nullable MountGauges gauges)
    implements Metrics {
  /**
   * The limits of the buckets, from a request that only accesses memory to one that waits for a
   * model.
   */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofSeconds(100),
    Duration.ofSeconds(1000)
  };

  /** The first description wins: a name has one text, whoever uses it. */
  @Override
  public void describe(String name, String text) {
    help.putIfAbsent(name, text);
  }

  @Override
  public Counter counter(String name, String... labels) {
    io.micrometer.core.instrument.Counter counter =
        io.micrometer.core.instrument.Counter.builder(name)
            .description(help.get(name))
            .tags(common.and(labels))
            .register(registry);
    return counter::increment;
  }

  @Override
  public Timer timer(String name, String... labels) {
    io.micrometer.core.instrument.Timer timer =
        io.micrometer.core.instrument.Timer.builder(name)
            .description(help.get(name))
            .tags(common.and(labels))
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    return timer::record;
  }

  /** The latest function wins: a front end that restarts has new objects to measure. */
  @Override
  public void gauge(String name, DoubleSupplier value, String... labels) {
    Tags tags = common.and(labels);
    registry.find(name).tags(tags).gauges().stream()
        .filter(gauge -> sameTags(gauge, tags))
        .forEach(registry::remove);
    Gauge.builder(name, shown(name, tags, value)::getAsDouble)
        .description(help.get(name))
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  private DoubleSupplier shown(String name, Tags tags, DoubleSupplier value) {
    return gauges == null ? value : gauges.put(name, tags, value)::get;
  }

  private static boolean sameTags(Gauge gauge, Tags tags) {
    return new HashSet<>(gauge.getId().getTags())
        .equals(tags.stream().collect(HashSet::new, Set::add, Set::addAll));
  }
}
