package dev.warren.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forwards every operation to another file system. Subclasses override single operations, or change
 * all of them in one place: {@link #path} to translate paths, {@link #call} to act around each
 * call.
 *
 * <p>No operation bypasses the subclass. Views of the delegate are not exposed, unless {@link
 * #over} wraps them in the same way.
 */
public abstract class ForwardingFileSystem extends UniformFileSystem {
  private final FileSystem delegate;
  private volatile @Nullable FileSystem nonBlocking;

  /** Forwards to this file system, and closes it when this object is closed. */
  protected ForwardingFileSystem(FileSystem delegate) {
    this.delegate = delegate;
  }

  /** Returns the file system to which operations are forwarded. */
  protected final FileSystem delegate() {
    return delegate;
  }

  /**
   * Translates a path of this file system to a path of the delegate.
   *
   * @param path for RENAME and LINK, the path that already exists
   * @throws FsException to refuse the operation
   */
  protected VfsPath path(Operation operation, VfsPath path) throws FsException {
    return path;
  }

  /** Like {@link #path}, for the second path of RENAME and LINK, which is created. */
  protected VfsPath newPath(Operation operation, VfsPath path) throws FsException {
    return path(operation, path);
  }

  /** Performs an operation. All operations on one path pass through this method. */
  @Override
  protected <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException {
    return request.on(delegate, path(operation, path));
  }

  /** Performs an operation on two paths: RENAME or LINK. */
  @Override
  protected void move(Operation operation, VfsPath from, VfsPath to, Move move) throws FsException {
    move.on(delegate, path(operation, from), newPath(operation, to));
  }

  /**
   * Wraps another view of the delegate in the same way as this object wraps the delegate. Null, the
   * default, if no views are provided: then {@link #as} returns this object to every caller, and
   * {@link #nonBlocking()} returns null.
   */
  protected @Nullable ForwardingFileSystem over(FileSystem view) {
    return null;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // compares identity: is it the same view?
  public FileSystem as(Caller caller) {
    FileSystem view = delegate.as(caller);
    ForwardingFileSystem made = view == delegate ? this : over(view);
    return made == null ? this : made;
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    FileSystem made = nonBlocking;
    return made != null ? made : makeQuick();
  }

  /** Created once: every call must return the same object. */
  @SuppressWarnings("ReferenceEquality") // compares identity: is it the same view?
  private synchronized @Nullable FileSystem makeQuick() {
    if (nonBlocking == null) {
      FileSystem view = delegate.nonBlocking();
      FileSystem wrapped = view == null ? null : over(view);
      nonBlocking = wrapped != null && view == delegate ? this : wrapped;
    }
    return nonBlocking;
  }

  @Override
  public boolean losesContent() {
    return delegate.losesContent();
  }

  @Override
  public boolean isShared() {
    return delegate.isShared();
  }

  @Override
  public List<SharingHost> hosts() throws FsException {
    return delegate.hosts();
  }

  @Override
  public void close() throws FsException {
    delegate.close();
  }
}
