package dev.warren.namespace;

import dev.warren.api.FileHandle;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/** A handle on a file of a mount. Thread-safe. */
final class MountedHandle implements FileHandle {
  private final Mount mount;
  private final FileHandle file;

  /** The last result of {@link #inside}: a file is used with the same path until it moves. */
  private volatile @Nullable Inside last;

  private record Inside(VfsPath outer, VfsPath inner) {}

  /**
   * @param file the plugin's handle
   */
  MountedHandle(Mount mount, FileHandle file) {
    this.mount = mount;
    this.file = file;
  }

  Mount mount() {
    return mount;
  }

  /**
   * Returns the plugin's path of the file.
   *
   * @param outer the namespace's path, which has this handle
   */
  // callers pass the same object each time, so identity suffices
  @SuppressWarnings("ReferenceEquality")
  VfsPath inside(VfsPath outer) {
    Inside known = last;
    if (known == null || known.outer() != outer) {
      known = new Inside(outer, mount.innerByName(outer).at(file));
      last = known;
    }
    return known.inner();
  }

  @Override
  public void close() {
    file.close();
  }
}
