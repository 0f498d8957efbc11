package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * Hands the operations of something that is open on to another one: what {@link ForwardingOpenFile}
 * and {@link ForwardingOpenDirectory} have in common.
 *
 * @param <T> the contract
 */
public abstract class Forwarding<T> {
  private final T delegate;
  private volatile @Nullable T quick;

  Forwarding(T delegate) {
    this.delegate = delegate;
  }

  /** An operation. */
  @FunctionalInterface
  protected interface Request<T, R extends @Nullable Object> {
    /** Makes it. */
    R on(T target) throws FsException;
  }

  /** An operation that has no result. */
  @FunctionalInterface
  protected interface Command<T> {
    /** Makes it. */
    void on(T target) throws FsException;
  }

  /** What is behind this one. */
  protected final T delegate() {
    return delegate;
  }

  /** Makes a call; all come through here, except those that end the use without an error. */
  protected <R extends @Nullable Object> R call(Operation operation, Request<T, R> request)
      throws FsException {
    return request.on(delegate);
  }

  /** The same around a view of what is behind; null, the default, if views are not to be had. */
  protected @Nullable T over(T view) {
    return null;
  }

  /** This as the contract. */
  abstract T self();

  /** The non-blocking view of what is behind. */
  abstract @Nullable T viewBehind();

  final void command(Operation operation, Command<T> command) throws FsException {
    this.<@Nullable Void>call(
        operation,
        target -> {
          command.on(target);
          return null;
        });
  }

  /** The view that never waits: made once, as callers rely on getting the same object each time. */
  public @Nullable T nonBlocking() {
    T made = quick;
    return made != null ? made : makeQuick();
  }

  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  private synchronized @Nullable T makeQuick() {
    if (quick == null) {
      T view = viewBehind();
      T wrapped = view == null ? null : over(view);
      quick = wrapped != null && view == delegate ? self() : wrapped;
    }
    return quick;
  }
}
