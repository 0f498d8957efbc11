package dev.warren.sqlfs.store;

import dev.warren.api.FsException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What is done in one transaction, all of it or nothing. It may be done more than once, each time
 * as if it were the first: it changes nothing but the database.
 */
@FunctionalInterface
public interface Step<T extends @Nullable Object> {
  /** Does it. What it throws undoes what it did. */
  T run(Transaction transaction) throws FsException, SQLException;
}
