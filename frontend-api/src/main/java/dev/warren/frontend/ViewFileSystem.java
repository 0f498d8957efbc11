package dev.warren.frontend;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/**
 * The common part of views of a shared file system: restricting a view gives another view, and each
 * has a non-blocking view.
 */
abstract class ViewFileSystem extends ForwardingFileSystem implements SharedFileSystem {
  private final SharedFileSystem shared;

  /**
   * @param target receives the operations: the shared file system or its non-blocking view
   */
  ViewFileSystem(SharedFileSystem shared, FileSystem target) {
    super(target);
    this.shared = shared;
  }

  /** Returns the same restriction of another file system. */
  abstract ViewFileSystem over(SharedFileSystem newShared, FileSystem newTarget);

  final SharedFileSystem shared() {
    return shared;
  }

  @Override
  protected final ForwardingFileSystem over(FileSystem view) {
    return over(shared, view);
  }

  /** Avoids the garbage of a generic call, because no operation is more frequent. */
  @Override
  public final void stat(VfsPath path, AttributesBuffer into) throws FsException {
    delegate().stat(path(Operation.STAT, path), into);
  }

  @Override
  public final @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    return delegate().find(path(Operation.STAT, path), into);
  }

  @Override
  public final FileLocks locks() {
    return shared.locks();
  }

  @Override
  public TrackedPath track(VfsPath path) {
    return shared.track(path);
  }

  @Override
  public final SharedFileSystem as(Caller caller) {
    SharedFileSystem view = shared.as(caller);
    return over(view, view);
  }

  @Override
  public final @Nullable FileSystem nonBlocking() {
    return super.nonBlocking();
  }

  /** Does nothing: the view does not own the file system. */
  @Override
  public final void close() {}
}
