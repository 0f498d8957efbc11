package dev.warren.sqlfs.history;

/**
 * The effects of calls that are made one after the other.
 *
 * @param <S> a state; immutable, with equals and hashCode
 * @param <C> a call
 */
public interface Specification<S, C> {
  /** The state before the first call. */
  S initial();

  /** Applies a call to a state. */
  Outcome<S> apply(S state, C call);

  /** Whether a call with this result leaves every state as it is. */
  boolean isRead(C call, String result);

  /** The state after a call, and its result. */
  record Outcome<S>(S state, String result) {}
}
