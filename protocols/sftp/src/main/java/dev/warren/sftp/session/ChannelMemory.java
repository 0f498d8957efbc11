package dev.warren.sftp.session;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget.Account;
import dev.warren.api.MemoryBudget.Use;
import java.util.EnumMap;
import java.util.Map;

/**
 * The memory that one channel charges to its connection's account. It is charged in steps, so that
 * the changes of each request cost little, and returned as a whole when the channel ends.
 * Thread-safe.
 */
public final class ChannelMemory {
  /** Initial receive window, in bytes. */
  public static final int FIRST_WINDOW = 64 * 1024;

  /** Maximum length of an SSH packet that is sent without a further charge. */
  public static final int FRAME = 64 * 1024;

  /** Bytes charged for a thread with its buffers. */
  static final int WORKER = 32 * 1024 + FRAME + 16 * 1024;

  /** Bytes charged for a channel without its threads: received packets, and MINA's data. */
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
   * Charges the minimum memory of a new channel, including one thread.
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

  /** Charges bytes. Returns false, and changes nothing, if the budget does not allow it. */
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

  /** Returns bytes that were charged. */
  public void giveBack(Use use, long bytes) {
    long spare = spareAfter(use, bytes);
    if (spare > 0) { // not under the lock: this runs callbacks
      account.giveBack(use, spare);
    }
  }

  private synchronized long spareAfter(Use use, long bytes) {
    Amount amount = amounts.get(use);
    if (amount == null) {
      return 0; // returned when the channel ended
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

  /** Returns all memory except that of threads, which may not have ended yet. */
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
