package dev.warren.server.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * The gauges of one mount. Their functions are the plugin's and may block although they must not,
 * so all of them are read on one thread of the mount, and the registry shows the values that were
 * read last.
 */
final class MountGauges {
  private final String mount;
  private final Map<Key, Value> values = new ConcurrentHashMap<>();

  private record Key(String name, Tags tags) {}

  /** One gauge with the value read last. */
  static final class Value {
    private final DoubleSupplier function;
    private volatile double read = Double.NaN;

    private Value(DoubleSupplier function) {
      this.function = function;
    }

    /** The value read last; NaN if there is none. */
    double get() {
      return read;
    }
  }

  MountGauges(String mount) {
    this.mount = mount;
  }

  /** Adds a gauge, replacing one with the same name and labels. */
  Value put(String name, Tags tags, DoubleSupplier function) {
    Value value = new Value(function);
    values.put(new Key(name, tags), value);
    return value;
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** Calls all functions. A gauge that throws has no value. */
  Map<Value, Double> read() {
    Map<Value, Double> read = new HashMap<>();
    for (Value value : values.values()) {
      try {
        read.put(value, value.function.getAsDouble());
        // a plugin may throw anything; the other gauges keep their values
      } catch (RuntimeException | Error _) {
        read.put(value, Double.NaN);
      }
    }
    return read;
  }

  /** Shows these values; all other gauges have none. */
  void show(Map<Value, Double> read) {
    for (Value value : values.values()) {
      value.read = read.getOrDefault(value, Double.NaN);
    }
  }

  @Override
  public String toString() {
    return mount;
  }
}
