package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import org.jspecify.annotations.Nullable;

/** The memory that one open file takes of the plugin's account. Thread-safe. */
final class Charge {
  private final MemoryBudget.@Nullable Account account;
  // The following are guarded by this.
  private long taken;
  private boolean ended;

  /** A charge to an account, or to nobody. */
  Charge(MemoryBudget.@Nullable Account account) {
    this.account = account;
  }

  /**
   * Charges bytes before they are held.
   *
   * @throws FsException ENOMEM if there is no room, EBADF once all was given back
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

  /** Gives everything back; nothing is taken any more. */
  synchronized void end() {
    ended = true;
    if (account != null) {
      account.giveBack(MemoryBudget.Use.CONTENTS, taken);
    }
    taken = 0;
  }
}
