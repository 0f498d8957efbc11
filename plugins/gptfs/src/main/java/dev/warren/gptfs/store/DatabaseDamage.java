package dev.warren.gptfs.store;

import dev.warren.api.database.Dialect;
import java.sql.SQLException;

/** Failures of a database file that is damaged: they concern all jobs, not one. */
public final class DatabaseDamage {
  private DatabaseDamage() {}

  /** Whether an exception was caused by such a failure. */
  public static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && Dialect.SQLITE.isDamaged(sql)) {
        return true;
      }
    }
    return false;
  }
}
