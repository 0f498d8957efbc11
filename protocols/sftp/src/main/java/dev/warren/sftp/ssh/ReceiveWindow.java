package dev.warren.sftp.ssh;

import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.session.ChannelMemory;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * How much of a channel's data may be under way to us. What a client may send it can make us hold:
 * so it begins with little, which is charged to begin with, and gets more as it sends much, as long
 * as memory is there for all. Thread-safe.
 */
final class ReceiveWindow {
  /** Who sends a window full in this time gets twice of it: so much is on a line of this delay. */
  private static final long FULL_IN_NANOS = 1_000_000_000;

  private final Grants grants;
  private final MemoryBudget budget;
  private final ChannelMemory memory;
  private final long max;
  private final LongSupplier nanoTime;

  private long size = ChannelMemory.FIRST_WINDOW;
  private long passed; // since
  private long since;

  /** Tells the client how much more it may send. */
  @FunctionalInterface
  interface Grants {
    /** So many bytes more. */
    void grant(long bytes) throws IOException;
  }

  /**
   * A window of the first size.
   *
   * @param max the most that it grows to, in bytes
   * @param nanoTime as {@link System#nanoTime}
   */
  ReceiveWindow(
      Grants grants, MemoryBudget budget, ChannelMemory memory, long max, LongSupplier nanoTime) {
    this.grants = grants;
    this.budget = budget;
    this.memory = memory;
    this.max = max;
    this.nanoTime = nanoTime;
    this.since = nanoTime.getAsLong();
  }

  /** So many bytes have been dealt with, and others may come in their place. */
  void release(long bytes) throws IOException {
    grants.grant(bytes + growth(bytes));
  }

  private synchronized long growth(long bytes) {
    passed += bytes;
    if (passed < size) {
      return 0;
    }
    long now = nanoTime.getAsLong();
    boolean fast = now - since < FULL_IN_NANOS;
    passed = 0;
    since = now;
    long more = Math.min(size, max - size);
    return fast && more > 0 && isPlentyWith(more) && grow(more) ? more : 0;
  }

  /** A wide window is for speed: it takes nothing from those who need memory to work at all. */
  private boolean isPlentyWith(long more) {
    MemoryBudget.Level level = budget.level(Use.PACKETS.area());
    return level.used() + more <= level.limit() / 2;
  }

  /**
   * Makes room for a packet that is longer than the window, as far as it comes.
   *
   * @param length of the packet
   * @param arrived how much of it is there
   * @return false if there is no memory for it
   */
  boolean letIn(long length, long arrived) throws IOException {
    long more;
    synchronized (this) {
      if (length <= size || arrived < size / 2) {
        return true;
      }
      more = Math.min(size, max - size);
      if (more <= 0 || !grow(more)) {
        return false;
      }
    }
    grants.grant(more);
    return true;
  }

  private boolean grow(long more) {
    if (!memory.tryTake(Use.PACKETS, more)) {
      return false;
    }
    size += more;
    return true;
  }
}
