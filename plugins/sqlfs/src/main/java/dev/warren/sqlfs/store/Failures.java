package dev.warren.sqlfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;

/** Converts failures of the database into errors for callers. */
final class Failures {
  private Failures() {}

  static FsException of(Dialect dialect, SQLException failure) {
    return new FsException(
        Errno.of(dialect, failure), "the database failed: " + failure.getMessage(), failure);
  }

  /** The failure of a step, for the thread that waited for it. */
  static FsException thrown(CompletionException failure) {
    return failure.getCause() instanceof FsException cause
        ? new FsException(cause.errno(), cause.reason(), cause.getCause())
        : new FsException(Errno.EIO, "the database failed", failure.getCause());
  }
}
