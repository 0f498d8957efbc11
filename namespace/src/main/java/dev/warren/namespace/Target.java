package dev.warren.namespace;

import dev.warren.api.FileSystem;
import dev.warren.namespace.metrics.Meter;
import org.jspecify.annotations.Nullable;

/**
 * A mount's file system as one caller sees it.
 *
 * @param whole where an operation may wait
 * @param quick where it may not; null if there is no such view
 * @param meter counts what goes to the one
 * @param quickMeter counts what goes to the other
 */
record Target(FileSystem whole, @Nullable FileSystem quick, Meter meter, Meter quickMeter) {
  /** Whether no operation ever waits. */
  boolean isQuick() {
    return whole.equals(quick);
  }

  static Target of(FileSystem fileSystem, Meter meter) {
    FileSystem quick = fileSystem.nonBlocking();
    Meter whole = fileSystem.equals(quick) ? meter.forQuick() : meter;
    return new Target(fileSystem, quick, whole, meter.forQuick());
  }
}
