package dev.warren.server.metrics;

import dev.warren.api.Errno;
import dev.warren.api.VfsPath;
import dev.warren.namespace.MountInfo;
import dev.warren.namespace.MountState;
import dev.warren.namespace.Namespace;
import dev.warren.namespace.calls.BlockedCalls;
import dev.warren.namespace.metrics.MountMetrics;
import dev.warren.namespace.metrics.OperationCounts;
import dev.warren.namespace.metrics.ProtocolCounts;
import dev.warren.server.http.Totals;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;

/**
 * The operations on a namespace's mounts, read at each scrape. Micrometer has no histogram whose
 * counts come from elsewhere, and its own would cost more than the operations.
 */
public final class OperationMetrics implements MultiCollector {
  private final Namespace namespace;

  /** Reads the metrics of this namespace. */
  public OperationMetrics(Namespace namespace) {
    this.namespace = namespace;
  }

  @Override
  public MetricSnapshots collect() {
    Snapshots snapshots = new Snapshots();
    namespace.mounts().forEach(snapshots::add);
    namespace.metrics().forEach(snapshots::add);
    return snapshots.build();
  }

  /** Returns the totals over all mounts and front ends. */
  public Totals totals() {
    long operations = 0;
    long read = 0;
    long written = 0;
    for (MountMetrics mount : namespace.metrics().values()) {
      for (ProtocolCounts counts : mount.byProtocol().values()) {
        for (OperationCounts one : counts.operations().values()) {
          operations += one.count();
        }
        read += counts.bytesRead();
        written += counts.bytesWritten();
      }
    }
    return new Totals(operations, read, written);
  }

  /** The snapshots of one scrape. */
  private static final class Snapshots {
    private final GaugeSnapshot.Builder up =
        GaugeSnapshot.builder().name("warren_mount_up").help("1 if the mount serves, otherwise 0");
    private final GaugeSnapshot.Builder openFiles =
        GaugeSnapshot.builder()
            .name("warren_mount_open_files")
            .help("files and directories that clients have open");
    private final GaugeSnapshot.Builder blocked =
        GaugeSnapshot.builder()
            .name("warren_mount_blocked_calls")
            .help(
                "blocking calls of the plugin: running, abandoned by the client, or queued for a"
                    + " thread");
    private final GaugeSnapshot.Builder longestBlocked =
        GaugeSnapshot.builder()
            .name("warren_mount_blocked_call_seconds")
            .help("how long the oldest blocking call has been running");
    private final CounterSnapshot.Builder operations =
        CounterSnapshot.builder()
            .name("warren_operations")
            .help("operations on mounts; errno is 'ok' for those that succeeded");
    private final HistogramSnapshot.Builder durations =
        HistogramSnapshot.builder()
            .name("warren_operation_duration_seconds")
            .help(
                "how long operations took in the file system: all blocking ones, and every 16th"
                    + " of the others");
    private final CounterSnapshot.Builder bytesRead =
        CounterSnapshot.builder().name("warren_read_bytes").help("content bytes read");
    private final CounterSnapshot.Builder bytesWritten =
        CounterSnapshot.builder().name("warren_written_bytes").help("content bytes written");

    void add(MountInfo mount) {
      Labels labels =
          Labels.of("mount", mount.path().toString(), "plugin", mount.description().plugin());
      up.dataPoint(gauge(labels, mount.state() == MountState.UP ? 1 : 0));
      openFiles.dataPoint(gauge(labels, mount.openFiles()));
      BlockedCalls calls = mount.blocked();
      long abandoned = calls.abandoned();
      blocked.dataPoint(
          gauge(labels.add("state", "running"), calls.running().size() - (double) abandoned));
      blocked.dataPoint(gauge(labels.add("state", "abandoned"), (double) abandoned));
      blocked.dataPoint(gauge(labels.add("state", "queued"), calls.queued()));
      longestBlocked.dataPoint(gauge(labels, calls.oldest().toMillis() / 1000.0));
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot gauge(Labels labels, double value) {
      return GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    void add(VfsPath mount, MountMetrics metrics) {
      metrics.byProtocol().forEach((protocol, counts) -> add(mount, protocol, counts));
    }

    private void add(VfsPath mount, String protocol, ProtocolCounts counts) {
      Labels labels = Labels.of("protocol", protocol, "mount", mount.toString());
      bytesRead.dataPoint(point(labels, counts.bytesRead()));
      bytesWritten.dataPoint(point(labels, counts.bytesWritten()));
      counts
          .operations()
          .forEach((operation, one) -> add(labels.add("operation", operation.word()), one));
    }

    private void add(Labels labels, OperationCounts counts) {
      long[] buckets = counts.buckets();
      Map<Errno, Long> errors = counts.errors();
      long failed = errors.values().stream().mapToLong(Long::longValue).sum();
      long succeeded = Math.max(0, counts.count() - failed);
      operations.dataPoint(point(labels.add("errno", "ok"), succeeded));
      errors.forEach(
          (errno, count) -> operations.dataPoint(point(labels.add("errno", errno.name()), count)));
      durations.dataPoint(
          HistogramSnapshot.HistogramDataPointSnapshot.builder()
              .labels(labels)
              .classicHistogramBuckets(buckets(buckets))
              .sum(counts.seconds())
              .build());
    }

    private static ClassicHistogramBuckets buckets(long[] counts) {
      ClassicHistogramBuckets.Builder builder = ClassicHistogramBuckets.builder();
      double[] bounds = OperationCounts.bounds();
      for (int i = 0; i < counts.length; i++) {
        builder.bucket(i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY, counts[i]);
      }
      return builder.build();
    }

    private static CounterSnapshot.CounterDataPointSnapshot point(Labels labels, long value) {
      return CounterSnapshot.CounterDataPointSnapshot.builder()
          .labels(labels)
          .value((double) value)
          .build();
    }

    MetricSnapshots build() {
      return MetricSnapshots.of(
          up.build(),
          openFiles.build(),
          blocked.build(),
          longestBlocked.build(),
          operations.build(),
          durations.build(),
          bytesRead.build(),
          bytesWritten.build());
    }
  }
}
