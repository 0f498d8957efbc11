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
 * What views of a shared file system have in common: they are views again, whole and non-blocking.
 */
abstract class ViewFileSystem extends ForwardingFileSystem implements SharedFileSystem {
  private final SharedFileSystem shared;

  /**
   * @param target where operations go: the shared file system or its non-blocking view
   */
  ViewFileSystem(SharedFileSystem shared, FileSystem target) {
    super(target);
    this.shared = shared;
  }

  /** The same view of another file system. */
  abstract ViewFileSystem over(SharedFileSystem newShared, FileSystem newTarget);

  final SharedFileSystem shared() {
    return shared;
  }

  @Override
  protected final ForwardingFileSystem over(FileSystem view) {
    return over(shared, view);
  }

  /** Without the garbage of a call: clients ask for nothing more often. */
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

  /** Does nothing: the file system is not the view's. */
  @Override
  public final void close() {}
}
