package dev.warren.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** What the JVM and the system tell of this process. */
final class ProcessMeters {
  private ProcessMeters() {}

  static void bind(MeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    // Micrometer's own meter of collections listens, and so would miss those before it.
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      FunctionCounter.builder(
              "jvm_gc_collections", collector, GarbageCollectorMXBean::getCollectionCount)
          .description("collections of garbage")
          .tag("gc", collector.getName())
          .register(registry);
      FunctionCounter.builder("jvm_gc_seconds", collector, bean -> bean.getCollectionTime() / 1e3)
          .description("time that collections of garbage took")
          .tag("gc", collector.getName())
          .register(registry);
    }
  }
}
