package dev.warren.sftp.session;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget.Account;
import dev.warren.api.MemoryBudget.Use;
import java.util.EnumMap;
import java.util.Map;

/**
 * What one channel has charged to its connection's account. It takes from the account in steps, so
 * that what comes and goes with each request costs little, and gives everything back at once when
 * the channel ends. Thread-safe.
 */
public final class ChannelMemory {
  /** How much a client may send before anything is known of it, in bytes. */
  public static final int FIRST_WINDOW = 64 * 1024;

  /** The longest packet of SSH that leaves in one piece, which needs no further charge. */
  public static final int FRAME = 64 * 1024;

  /** A thread with what it answers with. */
  static final int WORKER = 32 * 1024 + FRAME + 16 * 1024;

  /** What a channel takes besides: packets that come, and MINA's side of it. */
  private static final int CHANNEL = FIRST_WINDOW + 32 * 1024;

  private static final long STEP = 64 * 1024;
  private static final long SMALL_STEP = 8 * 1024;

  private final Account account;
  private final Map<Use, Amount> amounts = new EnumMap<>(Use.class);
  private boolean closed;

  private static final class Amount {
    private long used;
    private long taken;
  }

  private ChannelMemory(Account account) {
    this.account = account;
  }

  /**
   * The memory of a new channel, with what it cannot do without, a first thread among it.
   *
   * @throws FsException ENOMEM
   */
  public static ChannelMemory open(Account account) throws FsException {
    ChannelMemory memory = new ChannelMemory(account);
    boolean hasRoom = memory.tryTake(Use.REQUESTS, WORKER);
    if (!hasRoom || !memory.tryTake(Use.PACKETS, CHANNEL)) {
      memory.close();
      if (hasRoom) {
        memory.giveBack(Use.REQUESTS, WORKER);
      }
      throw new FsException(Errno.ENOMEM, "not enough memory for another channel");
    }
    return memory;
  }

  /** Charges bytes if there is room for them; nothing has changed if there is not. */
  public synchronized boolean tryTake(Use use, long bytes) {
    if (closed) {
      return false;
    }
    Amount amount = amounts.computeIfAbsent(use, _ -> new Amount());
    long missing = amount.used + bytes - amount.taken;
    if (missing > 0) {
      long step = step(use);
      long more = Math.ceilDiv(missing, step) * step;
      if (account.tryTake(use, more)) {
        amount.taken += more;
      } else if (account.tryTake(use, missing)) {
        amount.taken += missing;
      } else {
        return false;
      }
    }
    amount.used += bytes;
    return true;
  }

  /** Gives back what was charged. */
  public void giveBack(Use use, long bytes) {
    long spare = spareAfter(use, bytes);
    if (spare > 0) { // outside of the lock, since those who waited for it run now
      account.giveBack(use, spare);
    }
  }

  private synchronized long spareAfter(Use use, long bytes) {
    Amount amount = amounts.get(use);
    if (amount == null) {
      return 0; // with all else, when the channel ended
    }
    amount.used -= bytes;
    long kept = closed ? 0 : step(use);
    long spare = amount.taken - amount.used - kept;
    if (spare <= kept) {
      return 0;
    }
    amount.taken -= spare;
    return spare;
  }

  private static long step(Use use) {
    return use == Use.PACKETS ? STEP : SMALL_STEP;
  }

  /** Gives everything back but what threads take, who may not have come to their end yet. */
  public void close() {
    Map<Use, Long> all = new EnumMap<>(Use.class);
    synchronized (this) {
      closed = true;
      Amount threads = amounts.remove(Use.REQUESTS);
      amounts.forEach((use, amount) -> all.put(use, amount.taken));
      amounts.clear();
      if (threads != null) {
        amounts.put(Use.REQUESTS, threads);
        all.put(Use.REQUESTS, threads.taken - threads.used);
        threads.taken = threads.used;
      }
    }
    all.forEach(account::giveBack);
  }
}
