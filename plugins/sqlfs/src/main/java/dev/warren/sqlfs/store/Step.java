package dev.warren.sqlfs.store;

import dev.warren.api.FsException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * An atomic part of a transaction. It may run more than once; earlier runs are then rolled back, so
 * it must change nothing but the database.
 */
@FunctionalInterface
public interface Step<T extends @Nullable Object> {
  /** Runs the step. If it throws, its changes are rolled back. */
  T run(Transaction transaction) throws FsException, SQLException;
}
