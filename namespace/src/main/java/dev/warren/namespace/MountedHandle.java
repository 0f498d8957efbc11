package dev.warren.namespace;

import dev.warren.api.FileHandle;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/** A file that was found in a mount. Thread-safe. */
final class MountedHandle implements FileHandle {
  private final Mount mount;
  private final FileHandle file;

  /** The last answer of {@link #inside}: the file is asked about by one path, until it moves. */
  private volatile @Nullable Inside last;

  private record Inside(VfsPath outer, VfsPath inner) {}

  /**
   * @param file what the plugin gave
   */
  MountedHandle(Mount mount, FileHandle file) {
    this.mount = mount;
    this.file = file;
  }

  Mount mount() {
    return mount;
  }

  /**
   * The plugin's path of the file.
   *
   * @param outer the namespace's, which has this handle
   */
  @SuppressWarnings("ReferenceEquality") // callers pass the same object each time
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
