package dev.warren.server.metrics;

import dev.warren.api.DescriptorBudget;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The budget of file descriptors as metrics. */
final class DescriptorMetrics {
  private DescriptorMetrics() {}

  static void bind(MeterRegistry registry, DescriptorBudget descriptors) {
    Gauge.builder("warren_descriptors_limit", descriptors, DescriptorBudget::limit)
        .description("file descriptors that clients may have open")
        .register(registry);
    Gauge.builder("warren_descriptors_used", descriptors, DescriptorBudget::used)
        .description("file descriptors that clients have open")
        .register(registry);
    Gauge.builder("warren_descriptors_kept", descriptors, DescriptorBudget::kept)
        .description("descriptors of files that were looked up, cached for the next look-up")
        .register(registry);
    FunctionCounter.builder("warren_descriptor_refusals", descriptors, DescriptorBudget::refusals)
        .description("files that were not opened because their client had too many open")
        .register(registry);
  }
}
