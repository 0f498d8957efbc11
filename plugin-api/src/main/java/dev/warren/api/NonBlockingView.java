package dev.warren.api;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The non-blocking view of something that forwards: made once, since callers rely on getting the
 * same object each time. Thread-safe.
 */
final class NonBlockingView<T> {
  private volatile @Nullable T made;

  /**
   * The view.
   *
   * @param wrapper what the view is of, itself the view where nothing behind it waits
   * @param delegate what is behind it
   * @param view the view of what is behind it
   * @param over makes the same wrapper around that; null if it has none
   */
  @Nullable T of(
      T wrapper, T delegate, @Nullable T view, Function<? super T, ? extends @Nullable T> over) {
    T known = made;
    return known != null || view == null ? known : make(wrapper, delegate, view, over);
  }

  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  private synchronized @Nullable T make(
      T wrapper, T delegate, T view, Function<? super T, ? extends @Nullable T> over) {
    if (made == null) {
      T wrapped = over.apply(view);
      made = wrapped != null && view == delegate ? wrapper : wrapped;
    }
    return made;
  }
}
