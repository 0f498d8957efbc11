package dev.warren.api.frontend;

import dev.warren.api.Caller;
import dev.warren.api.FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * What views of a shared file system have in common: they are views again, whole and non-blocking.
 */
abstract class ViewFileSystem implements SharedFileSystem {
  private final SharedFileSystem shared;

  /** Where operations go: the shared file system or its non-blocking view. */
  final FileSystem target;

  private volatile @Nullable ViewFileSystem nonBlocking;

  ViewFileSystem(SharedFileSystem shared, FileSystem target) {
    this.shared = shared;
    this.target = target;
  }

  /** The same view of another file system. */
  abstract ViewFileSystem over(SharedFileSystem newShared, FileSystem newTarget);

  final SharedFileSystem shared() {
    return shared;
  }

  @Override
  public final FileLocks locks() {
    return shared.locks();
  }

  @Override
  public final SharedFileSystem as(Caller caller) {
    SharedFileSystem view = shared.as(caller);
    return over(view, view);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  public final @Nullable FileSystem nonBlocking() {
    FileSystem quick = target == shared ? shared.nonBlocking() : target;
    if (quick == null || quick == target) {
      return quick == null ? null : this;
    }
    ViewFileSystem made = nonBlocking;
    return made != null ? made : makeNonBlocking(quick);
  }

  /** Once: callers rely on getting the same object each time. */
  private synchronized FileSystem makeNonBlocking(FileSystem quick) {
    ViewFileSystem made = nonBlocking;
    if (made == null) {
      made = over(shared, quick);
      nonBlocking = made;
    }
    return made;
  }

  @Override
  public final void close() {}
}
