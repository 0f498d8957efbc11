package dev.warren.namespace;

import dev.warren.api.FileSystem;
import dev.warren.namespace.metrics.Meter;
import org.jspecify.annotations.Nullable;

/**
 * A mount's file system as one caller sees it.
 *
 * @param whole for threads that may block
 * @param quick for threads that may not block; null if there is no such view
 * @param meter counts operations on the former
 * @param quickMeter counts operations on the latter
 */
record Target(FileSystem whole, @Nullable FileSystem quick, Meter meter, Meter quickMeter) {
  /** Whether all operations are non-blocking. */
  boolean isQuick() {
    return whole.equals(quick);
  }

  static Target of(FileSystem fileSystem, Meter meter) {
    FileSystem quick = fileSystem.nonBlocking();
    Meter whole = fileSystem.equals(quick) ? meter.forQuick() : meter;
    return new Target(fileSystem, quick, whole, meter.forQuick());
  }
}
