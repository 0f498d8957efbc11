package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.ninep.session.Handle;
import org.jspecify.annotations.Nullable;

/** Cleanup of files that were opened and are no longer needed. */
final class Leftovers {
  private Leftovers() {}

  /** Aborts a file whose client has flushed the request that opened it, or has disconnected. */
  static @Nullable Runnable abort(@Nullable Handle handle) {
    return handle == null
        ? null
        : () -> handle.abort(new FsException(Errno.ECANCELED, "the open was given up"));
  }
}
