package dev.warren.namespace;

import dev.warren.api.FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * A mount's file system as one caller sees it.
 *
 * @param whole where an operation may wait
 * @param quick where it may not; null if there is no such view
 */
record Target(FileSystem whole, @Nullable FileSystem quick) {
  /** Whether no operation ever waits. */
  boolean isQuick() {
    return whole.equals(quick);
  }

  static Target of(FileSystem fileSystem) {
    return new Target(fileSystem, fileSystem.nonBlocking());
  }
}
