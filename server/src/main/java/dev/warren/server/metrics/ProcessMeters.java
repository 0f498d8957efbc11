package dev.warren.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** Meters of the JVM and the process. */
final class ProcessMeters {
  /** Drops meters that are registered below under the names of Prometheus's conventions. */
  static final MeterFilter NAMES =
      MeterFilter.deny(
          id -> id.getName().equals("process.cpu.time") || id.getName().equals("system.cpu.count"));

  private ProcessMeters() {}

  static void bind(MeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    bindProcessors(registry);
    new UptimeMetrics().bindTo(registry);
    // Micrometer's own meter of collections is a listener and would miss those before its
    // registration.
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      FunctionCounter.builder(
              "jvm_gc_collections", collector, GarbageCollectorMXBean::getCollectionCount)
          .description("garbage collections")
          .tag("gc", collector.getName())
          .register(registry);
      FunctionCounter.builder("jvm_gc_seconds", collector, bean -> bean.getCollectionTime() / 1e3)
          .description("time spent in garbage collections")
          .tag("gc", collector.getName())
          .register(registry);
    }
  }

  private static void bindProcessors(MeterRegistry registry) {
    new ProcessorMetrics().bindTo(registry);
    FunctionCounter.builder(
            "process_cpu_seconds",
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class),
            system -> system.getProcessCpuTime() / 1e9)
        .description("processor time that the process has used")
        .register(registry);
    Gauge.builder("system_processors", Runtime.getRuntime(), Runtime::availableProcessors)
        .description("processors that the process may use")
        .register(registry);
  }
}
