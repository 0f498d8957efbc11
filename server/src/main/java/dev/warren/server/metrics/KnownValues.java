package dev.warren.server.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out gauges without a current value: a single NaN would turn every sum over all mounts into
 * NaN.
 */
final class KnownValues {
  private KnownValues() {}

  static MetricSnapshots of(MetricSnapshots all) {
    List<MetricSnapshot> known = new ArrayList<>();
    for (MetricSnapshot snapshot : all) {
      if (snapshot instanceof GaugeSnapshot gauge) {
        List<GaugeDataPointSnapshot> points =
            gauge.getDataPoints().stream().filter(p -> !Double.isNaN(p.getValue())).toList();
        if (!points.isEmpty()) {
          known.add(new GaugeSnapshot(gauge.getMetadata(), points));
        }
      } else {
        known.add(snapshot);
      }
    }
    return new MetricSnapshots(known);
  }
}
