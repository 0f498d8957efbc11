package dev.warren.server.metrics;

import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Area;
import dev.warren.api.MemoryBudget.Use;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** The memory budget as metrics. */
final class MemoryMetrics {
  private MemoryMetrics() {}

  static void bind(MeterRegistry registry, MemoryBudget memory) {
    for (Area area : Area.values()) {
      String name = area.name().toLowerCase(Locale.ROOT);
      Gauge.builder("warren_memory_limit_bytes", memory, m -> m.level(area).limit())
          .description("the limit of the bytes charged to clients and plugins")
          .tag("area", name)
          .register(registry);
      Gauge.builder("warren_memory_charged_bytes", memory, m -> m.level(area).used())
          .description("bytes charged to clients and plugins, in steps of 16 KiB per account")
          .tag("area", name)
          .register(registry);
      Gauge.builder("warren_memory_strangers_bytes", memory, m -> m.level(area).strangers())
          .description("bytes of these charged to connections that have not logged in")
          .tag("area", name)
          .register(registry);
    }
    for (Use use : Use.values()) {
      String name = use.name().toLowerCase(Locale.ROOT);
      Gauge.builder("warren_memory_used_bytes", memory, m -> m.used(use))
          .description("bytes charged, by use")
          .tag("use", name)
          .register(registry);
      FunctionCounter.builder("warren_memory_refusals", memory, m -> m.refusals(use))
          .description("charges refused because the budget was used up")
          .tag("use", name)
          .register(registry);
    }
  }
}
