package dev.warren.gptfs;

import dev.warren.api.Metrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.DoubleSupplier;

/** Remembers what is counted, by name and labels: {@code name[label, value]}. */
final class RecordingMetrics implements Metrics {
  private final Map<String, DoubleAdder> values = new ConcurrentHashMap<>();
  private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

  @Override
  public Counter counter(String name, String... labels) {
    return adder(name, labels)::add;
  }

  /** How many durations, not how long they were. */
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

  /** What was counted under a name with its labels, or what a gauge says now; -1 for neither. */
  double value(String key) {
    DoubleSupplier gauge = gauges.get(key);
    if (gauge != null) {
      return gauge.getAsDouble();
    }
    DoubleAdder adder = values.get(key);
    return adder == null ? -1 : adder.sum();
  }
}
