package dev.warren.sqlfs.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Checks at the start of each transaction that this host has a session, and begins one if not. */
public interface SessionGuard {
  /**
   * This host's session; another than before if that was lost. Its query must not be merged with
   * the one that acquires the lock: while that waits, another host may end the session, and a query
   * does not see what is committed after its begin.
   */
  long require(Statements statements, IdSource ids) throws SQLException;

  /** The current time in nanoseconds since 1970, by the clock that all hosts share. */
  long clock();

  /** Milliseconds until {@link #beat} is due; 0 if it is. */
  long untilBeat();

  /** Returns the step that renews the session, and schedules the next renewal. */
  Step<@Nullable Void> beat();

  /** Supplies numbers that were never used. */
  @FunctionalInterface
  interface IdSource {
    /** The next number. */
    long next();
  }
}
