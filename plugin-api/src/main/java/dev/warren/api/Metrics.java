package dev.warren.api;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Where a plugin counts. The host adds the mount path as a label. Names are in snake case with a
 * unit, as Prometheus has them; labels come in pairs of name and value. Thread-safe.
 */
public interface Metrics {
  /** Counts nothing. */
  Metrics NONE =
      new Metrics() {
        @Override
        public Counter counter(String name, String... labels) {
          return amount -> {};
        }

        @Override
        public Timer timer(String name, String... labels) {
          return duration -> {};
        }

        @Override
        public void gauge(String name, DoubleSupplier value, String... labels) {}
      };

  /**
   * Says what the metrics of a name count, for whoever reads them; the host shows it beside them.
   * To be said before the first of them is made; by default nothing is shown.
   *
   * @param help one line
   */
  default void describe(String name, String help) {}

  /** A counter, the same for the same name and labels. Keep it: the look-up is not free. */
  Counter counter(String name, String... labels);

  /** A histogram of durations, the same for the same name and labels. */
  Timer timer(String name, String... labels);

  /** A value that is asked for when somebody looks; the function must not wait. */
  void gauge(String name, DoubleSupplier value, String... labels);

  /** A number that only grows. */
  @FunctionalInterface
  interface Counter {
    /** Adds an amount of at least 0. */
    void add(double amount);

    /** Adds one. */
    default void increment() {
      add(1);
    }
  }

  /** A histogram of durations. */
  @FunctionalInterface
  interface Timer {
    /** Adds one duration. */
    void record(Duration duration);
  }
}
