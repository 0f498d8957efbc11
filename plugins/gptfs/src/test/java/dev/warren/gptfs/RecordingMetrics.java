package dev.warren.gptfs;

import dev.warren.api.Metrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.DoubleSupplier;

/** Records metrics by name and labels: {@code name[label, value]}. */
final class RecordingMetrics implements Metrics {
  private final Map<String, DoubleAdder> values = new ConcurrentHashMap<>();
  private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

  @Override
  public Counter counter(String name, String... labels) {
    return adder(name, labels)::add;
  }

  /** Counts the durations, not their lengths. */
  @Override
  public Timer timer(String name, String... labels) {
    DoubleAdder adder = adder(name, labels);
    return _ -> adder.add(1);
  }

  @Override
  public void gauge(String name, DoubleSupplier value, String... labels) {
    gauges.put(key(name, labels), value);
  }

  private DoubleAdder adder(String name, String... labels) {
    return values.computeIfAbsent(key(name, labels), _ -> new DoubleAdder());
  }

  private static String key(String name, String... labels) {
    return labels.length == 0 ? name : name + List.of(labels);
  }

  /**
   * The count for a name with its labels, or the current value of a gauge; -1 if there is neither.
   */
  double value(String key) {
    DoubleSupplier gauge = gauges.get(key);
    if (gauge != null) {
      return gauge.getAsDouble();
    }
    DoubleAdder adder = values.get(key);
    return adder == null ? -1 : adder.sum();
  }
}
