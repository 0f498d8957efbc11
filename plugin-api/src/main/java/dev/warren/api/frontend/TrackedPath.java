package dev.warren.api.frontend;

import dev.warren.api.VfsPath;

/** A path that follows renames, as a 9P fid does. Thread-safe. */
public interface TrackedPath extends AutoCloseable {
  /** Where the file is now, or was when its last name went. Cheap. */
  VfsPath path();

  /** Ends the tracking; {@link #path()} stays as it is. A second call does nothing. */
  @Override
  void close();
}
