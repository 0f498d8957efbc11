package dev.warren.sqlfs.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Sees at the beginning of each transaction that this host still has a session, or has it again.
 */
public interface SessionGuard {
  /** This host's session, which may be another than before. */
  long require(Statements statements, IdSource ids) throws SQLException;

  /** The present, in nanoseconds since 1970, by the clock that all hosts share. */
  long clock();

  /** How long, in milliseconds, until {@link #beat} is due; 0 if it is. */
  long untilBeat();

  /** What is to be done from time to time; it is due again after a while. */
  Step<@Nullable Void> beat();

  /** Gives numbers that nothing has had. */
  @FunctionalInterface
  interface IdSource {
    /** One more. */
    long next();
  }
}
