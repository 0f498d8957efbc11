package dev.warren.sftp.ssh;

import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.session.ChannelMemory;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * The receive window of a channel. What a client may send, the host may have to hold. So the window
 * starts small, and that size is always charged. It grows when the client sends much, as long as
 * there is enough memory for all clients. Thread-safe.
 */
final class ReceiveWindow {
  /**
   * If a client fills the window within this time, the window doubles: it would otherwise limit the
   * speed of a line with this delay.
   */
  private static final long FULL_IN_NANOS = 1_000_000_000;

  private final Grants grants;
  private final MemoryBudget budget;
  private final ChannelMemory memory;
  private final long max;
  private final LongSupplier nanoTime;

  private long size = ChannelMemory.FIRST_WINDOW;
  private long passed; // bytes since then
  private long since;

  /** Sends window adjustments to the client. */
  @FunctionalInterface
  interface Grants {
    /** Grants the client more bytes. */
    void grant(long bytes) throws IOException;
  }

  /**
   * Creates a window of the initial size.
   *
   * @param max maximum size, in bytes
   * @param nanoTime the time, as {@link System#nanoTime}
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

  /** Allows the client to send more, because bytes have been processed. */
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

  /**
   * Whether less than half of the budget would be used: a large window only adds speed, so it must
   * not use memory that others need to work at all.
   */
  private boolean isPlentyWith(long more) {
    MemoryBudget.Level level = budget.level(Use.PACKETS.area());
    return level.used() + more <= level.limit() / 2;
  }

  /**
   * Grows the window for a packet that is longer than the window, as its data arrives.
   *
   * @param length the length of the packet
   * @param arrived how many of its bytes have arrived
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
