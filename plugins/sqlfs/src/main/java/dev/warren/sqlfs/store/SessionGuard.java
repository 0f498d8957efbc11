package dev.warren.sqlfs.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Checks in each transaction that this host has a session, and begins one if not. */
public interface SessionGuard {
  /** This host's session; another than before if that was lost. */
  long require(Statements statements, IdSource ids) throws SQLException;

  /**
   * The condition under which the session with an ID, its only parameter, has not expired. It must
   * not be part of the statement that acquires the lock: while that waits, another host may end the
   * session, and a statement does not see what is committed after its begin.
   */
  String isAlive();

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
