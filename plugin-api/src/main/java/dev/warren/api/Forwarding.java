package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * Forwards the operations of an open file or directory to another one: the common part of {@link
 * ForwardingOpenFile} and {@link ForwardingOpenDirectory}.
 *
 * @param <T> the type of open object
 */
public abstract class Forwarding<T> {
  private final T delegate;
  private volatile @Nullable T nonBlocking;

  Forwarding(T delegate) {
    this.delegate = delegate;
  }

  /** An operation. */
  @FunctionalInterface
  protected interface Request<T, R extends @Nullable Object> {
    /** Performs it. */
    R on(T target) throws FsException;
  }

  /** An operation that has no result. */
  @FunctionalInterface
  protected interface Command<T> {
    /** Performs it. */
    void on(T target) throws FsException;
  }

  /** Returns the object to which operations are forwarded. */
  protected final T delegate() {
    return delegate;
  }

  /**
   * Performs an operation. All operations pass through this method, except those that end the use
   * of the object and cannot fail.
   */
  protected <R extends @Nullable Object> R call(Operation operation, Request<T, R> request)
      throws FsException {
    return request.on(delegate);
  }

  /**
   * Wraps a view of the delegate in the same way as this object wraps the delegate; null, the
   * default, if no views are provided.
   */
  protected @Nullable T over(T view) {
    return null;
  }

  /** Returns this object as a {@code T}. */
  abstract T self();

  /** Returns the non-blocking view of the delegate. */
  abstract @Nullable T viewBehind();

  final void command(Operation operation, Command<T> command) throws FsException {
    this.<@Nullable Void>call(
        operation,
        target -> {
          command.on(target);
          return null;
        });
  }

  /**
   * Returns the non-blocking view. It is created once, because every call must return the same
   * object.
   */
  public @Nullable T nonBlocking() {
    T made = nonBlocking;
    return made != null ? made : makeQuick();
  }

  @SuppressWarnings("ReferenceEquality") // compares identity: is it the same view?
  private synchronized @Nullable T makeQuick() {
    if (nonBlocking == null) {
      T view = viewBehind();
      T wrapped = view == null ? null : over(view);
      nonBlocking = wrapped != null && view == delegate ? self() : wrapped;
    }
    return nonBlocking;
  }
}
