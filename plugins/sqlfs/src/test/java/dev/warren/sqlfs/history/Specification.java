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

  /** What a call does in a state. */
  Outcome<S> apply(S state, C call);

  /** Whether a call that has a result leaves the state as it is, whatever the state. */
  boolean isRead(C call, String result);

  /** The state after a call, and its result. */
  record Outcome<S>(S state, String result) {}
}
