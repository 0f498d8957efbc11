package dev.warren.api;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * The metrics of a plugin. The host adds the mount path as a label. Names are in snake case and end
 * with a unit, as is usual in Prometheus; labels are pairs of name and value. Thread-safe.
 */
public interface Metrics {
  /** Discards all values. */
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
   * Describes the metric of a name, for people; the host publishes the description with it. Call
   * this before creating the first metric of that name. The default ignores the description.
   *
   * @param help one line
   */
  default void describe(String name, String help) {}

  /**
   * Returns a counter, always the same for the same name and labels. Keep a reference to it: the
   * look-up is not free.
   */
  Counter counter(String name, String... labels);

  /** Returns a histogram of durations, always the same for the same name and labels. */
  Timer timer(String name, String... labels);

  /** Registers a value that is read whenever metrics are collected; the function must not block. */
  void gauge(String name, DoubleSupplier value, String... labels);

  /** A number that never decreases. */
  @FunctionalInterface
  interface Counter {
    /** Adds an amount, which is at least 0. */
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
