package dev.warren.namespace;

import dev.warren.api.FileSystem;
import dev.warren.namespace.metrics.Meter;
import org.jspecify.annotations.Nullable;

/**
 * A mount's file system as one caller sees it.
 *
 * @param whole the view for threads that may block
 * @param nonBlocking the view for threads that may not block; null if there is no such view
 * @param meter counts operations on {@code whole}
 * @param nonBlockingMeter counts operations on {@code nonBlocking}
 */
record MountView(
    FileSystem whole, @Nullable FileSystem nonBlocking, Meter meter, Meter nonBlockingMeter) {
  /** Whether all operations are non-blocking. */
  boolean isNonBlocking() {
    return whole.equals(nonBlocking);
  }

  static MountView of(FileSystem fileSystem, Meter meter) {
    FileSystem nonBlocking = fileSystem.nonBlocking();
    Meter whole = fileSystem.equals(nonBlocking) ? meter.forNonBlocking() : meter;
    return new MountView(fileSystem, nonBlocking, whole, meter.forNonBlocking());
  }
}
