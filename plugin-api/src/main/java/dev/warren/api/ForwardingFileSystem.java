package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * Hands every operation on to another file system. What extends it changes some of them, or all at
 * one place: what becomes of paths with {@link #path}, what happens around a call with {@link
 * #call}.
 *
 * <p>No operation slips past what extends it. Views of the file system behind are not handed out,
 * unless {@link #over} wraps them alike.
 */
public abstract class ForwardingFileSystem extends UniformFileSystem {
  private final FileSystem delegate;
  private volatile @Nullable FileSystem quick;

  /** Forwards to this file system and closes it when closed. */
  protected ForwardingFileSystem(FileSystem delegate) {
    this.delegate = delegate;
  }

  /** The file system behind this one. */
  protected final FileSystem delegate() {
    return delegate;
  }

  /**
   * The path behind for one of this file system.
   *
   * @param path of RENAME and LINK the one that is there already
   * @throws FsException if the operation is not to be made
   */
  protected VfsPath path(Operation operation, VfsPath path) throws FsException {
    return path;
  }

  /** {@link #path} for the second path of RENAME and LINK, the one to be made. */
  protected VfsPath newPath(Operation operation, VfsPath path) throws FsException {
    return path(operation, path);
  }

  /** Makes a call; all of those on one path come through here. */
  @Override
  protected <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException {
    return request.on(delegate, path(operation, path));
  }

  /** Makes a call on two paths: RENAME or LINK. */
  @Override
  protected void move(Operation operation, VfsPath from, VfsPath to, Move move) throws FsException {
    move.on(delegate, path(operation, from), newPath(operation, to));
  }

  /**
   * The same around another view of what is behind. Null, the default, if views are not to be had:
   * everybody gets this file system, and it says of no operation that it does not wait.
   */
  protected @Nullable ForwardingFileSystem over(FileSystem view) {
    return null;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  public FileSystem as(Caller caller) {
    FileSystem view = delegate.as(caller);
    ForwardingFileSystem made = view == delegate ? this : over(view);
    return made == null ? this : made;
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    FileSystem made = quick;
    return made != null ? made : makeQuick();
  }

  /** Once: callers rely on getting the same object each time. */
  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  private synchronized @Nullable FileSystem makeQuick() {
    if (quick == null) {
      FileSystem view = delegate.nonBlocking();
      FileSystem wrapped = view == null ? null : over(view);
      quick = wrapped != null && view == delegate ? this : wrapped;
    }
    return quick;
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
  public void close() throws FsException {
    delegate.close();
  }
}
