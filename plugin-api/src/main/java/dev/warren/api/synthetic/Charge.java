package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import org.jspecify.annotations.Nullable;

/** The memory that one open file has charged to the plugin's account. Thread-safe. */
final class Charge {
  private final MemoryBudget.@Nullable Account account;
  // Guarded by this object's monitor, as are the following fields.
  private long taken;
  private boolean ended;

  /** Charges the given account; null charges nothing. */
  Charge(MemoryBudget.@Nullable Account account) {
    this.account = account;
  }

  /**
   * Charges bytes before they are allocated.
   *
   * @throws FsException ENOMEM if they are not available, EBADF after {@link #end}
   */
  synchronized void take(long bytes) throws FsException {
    if (ended) {
      throw new FsException(Errno.EBADF);
    }
    if (account != null && bytes > 0) {
      if (!account.tryTake(MemoryBudget.Use.CONTENTS, bytes)) {
        throw new FsException(Errno.ENOMEM, "no memory for what is open");
      }
      taken += bytes;
    }
  }

  /** Gives all bytes back; later charges fail. */
  synchronized void end() {
    ended = true;
    if (account != null) {
      account.giveBack(MemoryBudget.Use.CONTENTS, taken);
    }
    taken = 0;
  }
}
