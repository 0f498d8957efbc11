package dev.warren.server.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * The gauges of one mount. Their functions are the plugin's, and may hang although they must not:
 * so they are read all at once on a thread of the mount, and what the registry shows is what was
 * read last.
 */
final class MountGauges {
  private final String mount;
  private final Map<Key, Value> values = new ConcurrentHashMap<>();

  private record Key(String name, Tags tags) {}

  /** One gauge. */
  static final class Value {
    private final DoubleSupplier function;
    private volatile double read = Double.NaN;

    private Value(DoubleSupplier function) {
      this.function = function;
    }

    /** What was read; NaN if nothing was. */
    double get() {
      return read;
    }
  }

  MountGauges(String mount) {
    this.mount = mount;
  }

  /** Adds a gauge, in the place of the one that has this name and these labels. */
  Value put(String name, Tags tags, DoubleSupplier function) {
    Value value = new Value(function);
    values.put(new Key(name, tags), value);
    return value;
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** Calls all functions. What throws has no value. */
  Map<Value, Double> read() {
    Map<Value, Double> read = new HashMap<>();
    for (Value value : values.values()) {
      try {
        read.put(value, value.function.getAsDouble());
      } catch (RuntimeException | Error _) { // a plugin's: anything, and the others have values
        read.put(value, Double.NaN);
      }
    }
    return read;
  }

  /** Shows these values, and for all others that they are not known. */
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
